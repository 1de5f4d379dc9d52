"""The best epoch, and how long after it training goes on."""


def least_so_far(least: float, least_epoch: int, loss: float, epoch: int) -> tuple[float, int]:
    """The smallest loss of an epoch, and which epoch that was; of equal ones the first."""
    return (loss, epoch) if loss < least else (least, least_epoch)


def has_waited(epoch: int, least_epoch: int, early_stopping: int) -> bool:
    """Whether so many epochs have gone by since the best one."""
    return epoch - least_epoch >= early_stopping
