"""Settings by concern; each room reads its own part of the environment."""

from core.settings.api import *  # noqa: F403
from core.settings.backup import *  # noqa: F403
from core.settings.database import *  # noqa: F403
from core.settings.dataset import *  # noqa: F403
from core.settings.django import *  # noqa: F403
from core.settings.engines import *  # noqa: F403
from core.settings.environment import BASE_DIR as BASE_DIR
from core.settings.environment import VAR_DIR as VAR_DIR
from core.settings.files import *  # noqa: F403
from core.settings.logs import *  # noqa: F403
from core.settings.observability import *  # noqa: F403
from core.settings.security import *  # noqa: F403
from core.settings.tasks import *  # noqa: F403
