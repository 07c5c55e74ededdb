"""`python -m failover_fsm`."""

import sys

from failover_fsm.cli import main

sys.exit(main())
