"""An E-ARK submission package: CSIP and E-ARK SIP 2.1, in the bag of a bundle."""
