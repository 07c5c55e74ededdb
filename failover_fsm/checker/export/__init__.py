"""Rule models written for SPIN, Murphi and TLC."""
