"""The workbook: the course as pages of a local web app, on the files of the workspace."""
