"""An archive package: what DA/T 93-2022 asks of who hands electronic records to an archive, in the bag of a bundle."""
