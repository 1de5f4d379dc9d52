"""Trainer: one run of the training loop. It reads from top to bottom and reports by events."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from designer.core.graph.binding import bind
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.core.inference.infer import Inference, infer
from designer.data.errors import DataError
from designer.data.sample_facts import facts_of
from designer.data.samples import Dataset
from designer.engine.model.build import build
from designer.engine.model.devices import TrainingError
from designer.engine.model.environment import machine_stays, recorded_threads, settle
from designer.engine.protocol.class_figures import MOST_IN_AN_EPOCH
from designer.engine.protocol.events import (
    BatchesEnded,
    Continued,
    EpochEnded,
    Event,
    Failed,
    Finished,
    Noticed,
    Paused,
    Started,
)
from designer.engine.runs.checkpoint import Progress
from designer.engine.runs.recorder import Keeper
from designer.engine.runs.run_folder import Run
from designer.engine.training.augmenting import Augmenting
from designer.engine.training.batches import laid_out
from designer.engine.training.checking import trainable
from designer.engine.training.class_weights import class_weights
from designer.engine.training.clock import Clock
from designer.engine.training.doctored import doctor_of, shown_batch
from designer.engine.training.expected import expect_learnable
from designer.engine.training.failures import failure
from designer.engine.training.gauges import Gauges
from designer.engine.training.hints import after_divergence
from designer.engine.training.learner import Learner
from designer.engine.training.measuring import Tested, tested, validated
from designer.engine.training.metrics import Tally
from designer.engine.training.outcome import Outcome
from designer.engine.training.parts import SampleParts
from designer.engine.training.settings_change import changed_settings, told
from designer.engine.training.thread_tuning import tune
from designer.engine.training.undetermined import is_undetermined, undetermined
from designer.engine.training.validated import Validated
from designer.recipe.goals import goals_of

REPORT_SECONDS = 0.25
CHECKPOINT_SECONDS = 30.0

Emit = Callable[[Event], None]


class Stopped(Exception):  # noqa: N818 - not an error
    """Someone asked the run to stop."""


class Trainer:
    """Trains a design's network on a dataset, on the thread that calls `run`.

    Events go to `emit`. `between_batches` is called after each batch, training or not, with the model at rest:
    the place to serve requests. With a run folder, metrics and checkpoints are kept there, and its lock is let go of
    in the end; `resume` goes on from its last checkpoint, along the same curve, with as many threads as it was begun
    with. With `start`, the weights begin as that model's. `notices` are told when it has begun.
    A run that `must_keep` what it learns fails in the end where the disk has not taken all of it.
    """

    def __init__(
        self,
        design: Design,
        dataset: Dataset,
        emit: Emit,
        *,
        between_batches: Callable[[], None] = lambda: None,
        run: Run | None = None,
        resume: bool = False,
        start: nn.Module | None = None,
        notices: Iterable[str] = (),
        must_keep: bool = True,
    ) -> None:
        self.design = design
        self.model: nn.Module = nn.Identity()
        self.position = Progress()
        self.validated: Validated | None = None
        """The classes that were told after the last epoch that has ended; None before one has."""
        self.id = ""
        """The run's, once it has begun; that of before where it goes on."""
        self.device = torch.device("cpu")
        self._dataset = dataset
        self._emit_to = emit
        self._between_batches = between_batches
        self._keeper = Keeper(run, resume, must_keep)
        self._start = start
        self._notices = tuple(notices)
        self._stop = False
        self._is_over = False
        """Whether the last checkpoint is written: the model has the weights that the run ends with from then on."""
        self._clock = Clock()
        self._rates: list[float] = []
        """Of the batches since the last report."""

    def stop(self) -> None:
        """Ends the run after the batch that is under way. May be called from any thread."""
        self._stop = True

    def rest(self, until_to_go_on: Callable[[], None]) -> None:
        """Pauses between two batches, with all that was learned on the disk, until the call comes back.

        Only for `between_batches`. The time of it counts in no figure.
        """
        self._report()
        self._save()
        self._emit(Paused(self.position.step, self.epoch_now))
        with self._clock.stands_still():
            until_to_go_on()
        if not self._stop:
            self._emit(Continued(self.position.step, self.epoch_now))

    def change(self, settings: TrainingSettings) -> None:
        """Goes on with other settings from the next batch on. Only for `between_batches`.

        A checkpoint is written before, so that a run that is killed later goes on along the same curve. Raises
        TrainingError where others differ than those that may, or the settings cannot be written.
        """
        changed = changed_settings(self.design.training, settings, self.epoch_now, self._is_over)
        if changed:
            self._report()
            self._save()
            design = replace(self.design, training=settings)
            self._keeper.take_settings(design)
            self.design = design
            self._learner.take_settings(settings)
            self._emit(told(changed, self.position.step, self.epoch_now))

    @property
    def epoch_now(self) -> int:
        """The epoch that is under way, or the last one."""
        return min(self.position.epoch, self.design.training.epochs)

    def run(self) -> Finished | Failed:
        """Trains to the end, to a stop or to a failure, and reports which.

        Raises nothing of its own: only what `emit` raises while it is told of the end, and BrokenPipeError where
        whoever reads what `emit` writes has gone.
        """
        try:
            with machine_stays():
                ended = self._told(replace(self._trained(), run=self.id))
        finally:
            self._keeper.close()
        return ended

    def _trained(self) -> Finished | Failed:
        try:
            return self._train()
        except TrainingError as error:
            return Failed(str(error), error.hint, ways=error.ways)
        except DataError as error:
            return Failed(str(error), "Put the data back as they were and go on, or look at them once more.")
        except BrokenPipeError:
            raise
        except Exception as error:
            if self.design.training.deterministic and is_undetermined(error, self.model):
                return undetermined(error, self.design.network, self.model, self._train_samples)
            return failure(error)

    def _told(self, ended: Finished | Failed) -> Finished | Failed:
        """Emits the end of the run; one that its metrics have no room for is a failure."""
        try:
            if problem := self._keeper.record_the_end(ended):
                self._emit_to(Noticed(problem, self.position.step, run=self.id))
        except TrainingError as error:
            # What has failed before has the reason already.
            ended = ended if isinstance(ended, Failed) else Failed(str(error), error.hint, ways=error.ways, run=self.id)
        self._emit_to(ended)
        return ended

    def _emit(self, event: Event) -> None:
        told = replace(event, run=self.id)
        problem = self._keeper.record(told)
        self._emit_to(told)
        if problem:
            self._emit(Noticed(problem, self.position.step))
        for said in self.doctor.after(event):
            self._emit(said)

    def _train(self) -> Finished:
        began = self._clock.now
        self._prepare()
        reason = "completed"
        try:
            while not self._outcome.is_over(self.design.training, self.position):  # by settings of that moment
                self._epoch(self.position.epoch)
        except Stopped:
            reason = "stopped"
            self._report()
        except DataError:  # once the file is back, the run goes on from here
            self._report()
            self._save()
            raise
        for text in self._outcome.choose(self.design.training, self.position):
            self._emit(Noticed(text, self.position.step))
        if problem := self._keeper.save_at_the_end(self._checkpoint, self.position):
            self._emit(Noticed(problem, self.position.step))
        self._is_over = True
        self._outcome.end(self.position)
        last, test = self._last, Tested()
        # A test after a stop would keep the person waiting.
        if reason == "completed":
            try:
                test = tested(self._learner, self._test, self._serve, facts_of(self.design.data).units)
            except Stopped:
                reason = "stopped"
        return Finished(
            "stopped" if reason == "stopped" else "completed",
            epoch=self.position.epoch - 1 if reason == "completed" else self.epoch_now,
            step=self.position.step,
            metrics={**(last.metrics if last else self._tally.metrics("train")), **test.metrics},
            seconds=self._clock.now - began,
            classes=(*(last.classes if last else ()), *test.classes),
        )

    def _prepare(self) -> None:
        """The model, the samples, and where the run stands: at its beginning, or where its checkpoint was written."""
        inference, self.device = trainable(self.design, self._dataset.info)
        kept = self._keeper.latest()
        recorded, settings = self._keeper.environment(kept), self.design.training
        self._environment, differing = settle(recorded, self.device, settings)
        self._binding = bind(self.design.network, self._dataset.info)
        parts = SampleParts.of(self._dataset, self._binding, self.design, self.device)
        self._rows, self._train_samples, self._val_samples = parts.rows, parts.training, parts.validation
        self._test, self._steps_per_epoch = parts.test, parts.steps_per_epoch
        self._augment = Augmenting.of(self.design, self._binding)
        self._build(inference)
        if not recorded_threads(recorded) and not (kept and kept.position.step):
            steps = settings.epochs * self._steps_per_epoch
            differing += tune(settings, self._learner, self._train_samples, steps, self._environment)
        if kept:
            self.position = self._learner.restore(kept)
            self._outcome.take_up(kept)
        self.id = self._keeper.identity() or uuid.uuid4().hex
        self._last = self._keeper.go_on_from(kept, self.position)
        self.position.has_best = False  # it goes on with what was learned last
        self._begin((*self._notices, *self._keeper.notices, *differing))

    def _build(self, inference: Inference) -> None:
        settings = self.design.training
        model = build(self.design.network, inference, settings.seed).to(self.device)
        if self._start is not None:
            model.load_state_dict(self._start.state_dict())
        self.model = laid_out(model)
        goals = goals_of(self.design.network, self._binding, model.outputs)
        expect_learnable(goals, self.design, inference, self._dataset.train, self._rows)
        weights = class_weights(goals, settings, self._dataset.train, self._rows, self.device)
        steps, follows = self._steps_per_epoch, self._train_samples.follows
        self._learner = Learner(
            self.design, self.model, self._binding, model.outputs, weights, self.device, steps, follows
        )
        self._outcome = Outcome(self._learner)
        self._tally = Tally(self._learner.objectives)

    def _begin(self, notices: Iterable[str]) -> None:
        """Starts the clocks, and tells of what is about to be trained."""
        settings = self.design.training
        self._loop_began, self._first_step = self._clock.now, self.position.step
        self._reported = self._saved = self._clock.now
        self._gauges = Gauges(self.model, self.device, self._clock.now, REPORT_SECONDS)
        self.doctor = doctor_of(self.design, self.model, self._learner)
        self._emit(
            Started(
                device=str(self.device),
                parameters=sum(weight.numel() for weight in self.model.parameters()),
                training_samples=len(self._train_samples),
                validation_samples=len(self._val_samples),
                epochs=settings.epochs,
                steps=settings.epochs * self._steps_per_epoch,
                step=self.position.step,
                environment=self._environment,
                frozen=sum(weight.numel() for weight in self.model.parameters() if not weight.requires_grad),
            )
        )
        for text in notices:
            self._emit(Noticed(text, self.position.step))
        changed = {name: pair for name, pair in self._keeper.changed.items() if name != "epochs"}
        if changed and self.position.step:
            self._emit(told(changed, self.position.step, self.epoch_now))

    def _epoch(self, epoch: int) -> None:
        settings, position = self.design.training, self.position
        self._tally = Tally(self._learner.objectives, position.sums, position.seen, position.measured)
        order = self._learner.begin_epoch(len(self._train_samples), epoch, position.batch)
        began, first_seen = self._clock.now, self._tally.seen
        self.model.train()
        self._gauges.begin_epoch(began)
        for batch in self._train_samples.batches(order, settings.batch_size, first=position.batch):
            self._gauges.begin_step(self._clock.now, self._learner.ends_step(position.batch))
            augmented = self._augment(batch, epoch, position.batch)
            compared, losses = self._learner.step(augmented, position.step, position.plateau)
            self._rates.append(self._learner.rate)
            self._gauges.end_step(self._clock.now, len(batch))
            self._tally.add(losses, compared, len(batch))
            position.step += 1
            position.batch += 1
            if self._clock.now - self._reported >= REPORT_SECONDS:
                self._report()
            self._serve()
        self._report()
        seconds = self._clock.now - began
        self.doctor.examine(lambda: shown_batch(self._train_samples, order))
        validation, classes = validated(self._learner, self._val_samples, self._serve, self.doctor.answers)
        self._last = EpochEnded(
            epoch=epoch,
            step=position.step,
            metrics={**self._tally.metrics("train"), **validation.metrics("val")},
            samples_per_second=(self._tally.seen - first_seen) / max(seconds, 1e-9),
            classes=classes.figures("val", MOST_IN_AN_EPOCH),
        )
        self.validated = Validated(epoch, position.step, len(self._val_samples), classes)
        self._emit(self._last)
        self._outcome.judge(settings, position, self._last.metrics)
        position.epoch, position.batch, position.sums, position.seen = epoch + 1, 0, (), 0
        position.measured = ()
        if self._save():
            self._keeper.keep_epoch(epoch, self._last.metrics)

    def _serve(self) -> None:
        """Between two batches: requests, then the stop, then, now and then, a checkpoint."""
        self._between_batches()
        if self._stop:
            raise Stopped
        if self._clock.now - self._saved >= CHECKPOINT_SECONDS:
            self._report()
            self._save()

    def _report(self) -> None:
        """Reports the batches since the last report. Raises TrainingError where a loss is not finite."""
        if self._is_over:
            return
        metrics = self._tally.flush()
        self.position.sums, self.position.seen = tuple(self._tally.sums), self._tally.seen
        self._reported = self._clock.now
        if not metrics:
            return
        metrics["learning_rate"] = np.array(self._rates)
        self._rates.clear()
        metrics |= self._gauges.taken(self._reported)
        losses = metrics["loss"]
        wrong = np.flatnonzero(~np.isfinite(losses))
        if len(wrong):
            step = self.position.step - len(losses) + int(wrong[0]) + 1
            for said in self.doctor.diverged(step, self.position.epoch):
                self._emit(said)
            raise TrainingError(
                f"the loss became {losses[wrong[0]]} at step {step}, in epoch {self.position.epoch}",
                after_divergence(infer(self.design.network), self.design.training),
            )
        left = self.design.training.epochs * self._steps_per_epoch - self.position.step
        seconds = self._reported - self._loop_began
        pace = seconds / (self.position.step - self._first_step)
        self._emit(BatchesEnded(self.position.step, self.position.epoch, metrics, left * pace, seconds))

    def _save(self) -> bool:
        """Writes a checkpoint, and gives whether it is there; training goes on where that cannot be done."""
        problem = "" if self._is_over else self._keeper.save(self._checkpoint, self.position)
        self._saved = self._clock.now
        if problem:
            self._emit(Noticed(problem, self.position.step))
        return self._keeper.has(self.position)

    def _checkpoint(self) -> bytes:
        self.position.measured = self._tally.measured if self.position.batch else ()
        return self._outcome.content(self.position, self._environment)
