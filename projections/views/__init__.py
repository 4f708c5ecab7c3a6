"""One file a view; `VIEWS` lists them in the order users see."""
