"""One small query a red flag; `FLAGS` lists them in the order users see."""
