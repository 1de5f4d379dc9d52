"""Disk and plugins: files of designs and their versions, what people trust, what is read and written."""
