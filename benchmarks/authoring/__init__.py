"""The same small exercise written for this project and for four others."""
