"""Local accounts: password and TOTP code. For staff when the municipality's provider is unavailable, and for providers'
users whom it does not know.
"""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts.models import User
from common.addresses import client_address
from common.rate_limit import count_try, forget_tries, tries_so_far
from providers.models import ProviderMember

# Attempts per account and address, and per address in total, in so many seconds.
MOST_HERE, MOST_FROM_ADDRESS, WINDOW = 5, 20, 5 * 60
# Attempts per account from all addresses without an earlier sign-in to it. It stops distributed guessing, and locks
# nobody out: the owner's own address does not count here.
MOST_ELSEWHERE, LONG_WINDOW = 30, 60 * 60
KNOWN_FOR = 90 * 24 * 3600


class TooManyTries(Exception):
    pass


def check(request: HttpRequest, *, username: str, password: str, code: str) -> User | None:
    """The user, if everything is correct. Errors are not specific, not even about the existence of the account.

    Raises:
        TooManyTries: nothing was checked.
    """
    name, address = username.strip().casefold(), client_address(request)
    _count(name, address)
    user = authenticate(request, username=username.strip(), password=password)
    if not isinstance(user, User) or not _is_allowed(user) or not _is_code_right(user, code):
        return None
    forget_tries("here", name, address)
    count_try("known", name, address, seconds=KNOWN_FOR)
    return user


def needs_code() -> bool:
    """In the demo a password is enough, as long as no codes are set up."""
    return not settings.DEMO_ALLOWED or Authenticator.objects.exists()


def is_open() -> bool:
    """Are there local accounts of any kind?"""
    return bool(settings.STAFF_LOCAL_ACCOUNTS or settings.PROVIDER_LOCAL_ACCOUNTS)


def _is_allowed(user: User) -> bool:
    of_a_provider = ProviderMember.objects.filter(user=user).exists()
    return bool(settings.PROVIDER_LOCAL_ACCOUNTS if of_a_provider else settings.STAFF_LOCAL_ACCOUNTS)


def _count(name: str, address: str) -> None:
    here = count_try("here", name, address, seconds=WINDOW) > MOST_HERE
    from_address = count_try("address", address, seconds=WINDOW) > MOST_FROM_ADDRESS
    known = tries_so_far("known", name, address) > 0
    elsewhere = not known and count_try("elsewhere", name, seconds=LONG_WINDOW) > MOST_ELSEWHERE
    if here or from_address or elsewhere:
        raise TooManyTries


def _is_code_right(user: User, code: str) -> bool:
    own = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if own is None:
        return bool(settings.DEMO_ALLOWED)
    if not own.wrap().validate_code(code.replace(" ", "")):
        return False
    own.record_usage()
    return True
