"""Clients of other people, each in a few lines: how it is pointed at a practice that is served, and its own calls.

None of them is changed. Where a client takes its URLs as settings it is given them; where it holds them as constants,
`point` names the constants and moves them to the practice, the path as it is.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

import facebook
import github
import pytest
import requests
from allauth.socialaccount.providers.base.constants import AuthProcess
from authlib.integrations.httpx_client import OAuth2Client
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from requests_oauthlib import OAuth2Session
from social_core.backends.facebook import FacebookOAuth2
from social_core.backends.github_enterprise import GithubEnterpriseOAuth2

from oauth_steps import App
from oauth_steps.clients import NotSignedIn, allauth_site, social_site
