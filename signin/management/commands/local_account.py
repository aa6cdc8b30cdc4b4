import io
import secrets
from typing import Any
from urllib.parse import quote, urlencode

import segno
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.actors import Actor
from accounts.locking import lock_user_names
from accounts.models import User
from accounts.roles import Role
from accounts.sessions import end_all
from audit.services import record
from providers.models import Area
from providers.rights import give
from providers.services import set_areas


class Command(BaseCommand):
    help = (
        "Makes a local account with a password and one-time codes, for the day when the municipality's provider is "
        "down, or gives it new ones. They are shown once. Needs STAFF_LOCAL_ACCOUNTS=true."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", choices=[role.value for role in Role], action="append", default=[])
        parser.add_argument("--first-name", default="")
        parser.add_argument("--last-name", default="")
        parser.add_argument("--area", action="append", default=[], help="code of an area, or * for all")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor.system("local_account")
        lock_user_names()
        user = User.objects.filter(username__iexact=options["username"].strip()).first()
        if user is None and not options["role"]:
            raise CommandError("Say --role: a new account without a role may do nothing.")
        if user is not None and not user.is_local:
            raise CommandError(f"{user.username} signs in by the municipality's provider.")
        user = user or User(username=options["username"].strip())
        password, secret = secrets.token_urlsafe(18), generate_totp_secret()
        user.first_name = options["first_name"] or user.first_name
        user.last_name = options["last_name"] or user.last_name
        user.set_password(password)
        user.save()
        if options["role"]:
            give(user=user, roles=options["role"], by=None)
        if options["area"]:
            everywhere = "*" in options["area"]
            areas = None if everywhere else list(Area.objects.filter(code__in=options["area"]))
            set_areas(user=user, areas=areas, actor=actor)
        Authenticator.objects.filter(user=user).delete()
        TOTP.activate(user, secret)
        record(
            actor=actor,
            action="user.local_account",
            object_reference=user.username[:60],
            data={"roles": sorted(user.groups.values_list("name", flat=True)), "sessions_ended": end_all(user)},
        )
        issuer = "Hemtjänstvalet"
        label = f"{quote(issuer)}:{quote(user.username)}"
        link = f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer})}"
        picture = io.StringIO()
        segno.make(link, error="m").terminal(out=picture, compact=True)
        self.stdout.write(picture.getvalue())
        self.stdout.write(f"Användarnamn: {user.username}\nLösenord: {password}\nKod till appen: {secret}\n{link}")
        self.stdout.write("Skriv av dem nu: de visas inte igen.")
