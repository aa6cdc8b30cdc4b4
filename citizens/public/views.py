"""Public pages about the providers. They need neither sign-in nor JavaScript."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from citizens.public.comparison import basis_of, by_part, provider_page, questions
from citizens.public.filtering import filtered, offered_languages, offered_meals
from citizens.public.forms import CompareQuery
from common import clock
from providers import neutral_order, public
from providers.forms import PostcodeForm
from providers.models import Area, Provider

MOST_COMPARED = 3


@require_safe
def choose_area(request: HttpRequest) -> HttpResponse:
    """Selection of the area; providers are compared per area."""
    return render(request, "citizens/public/choose_area.html", {"areas": public.areas(), "form": PostcodeForm()})


@require_safe
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Providers of an area side by side, in the visitor's own random order. ``valj`` selects two or three, the others
    of ``CompareQuery`` filter."""
    area = get_object_or_404(Area, code=code)
    day = clock.today()
    cards = public.comparison(area=area, language=get_language(), day=day)
    seed = request.COOKIES.get(neutral_order.COOKIE, "")
    if not neutral_order.is_seed(seed):
        seed = neutral_order.new_seed()
    cards = neutral_order.shuffled(cards, seed=seed, key=lambda card: card.provider.code)
    asked = CompareQuery(request.GET).asked
    picked = [card for card in cards if card.provider.code in (asked["valj"] or [])]
    if wrong_number := bool(asked["valj"]) and not 2 <= len(picked) <= MOST_COMPARED:
        picked = []
    found = filtered(picked or cards, asked)
    response = render(
        request,
        "citizens/public/compare.html",
        {
            "area": area,
            "areas": public.areas(),
            "cards": found.fit,
            "unanswered": found.unanswered,
            "everybody": cards,
            "is_narrowed": bool(picked or asked["sprak"] or asked["mat"] or asked["ideell"]),
            "asked": asked,
            "wrong_number": wrong_number,
            "can_pick": len(cards) > 2,
            "languages": offered_languages(cards),
            "meals": offered_meals(cards),
            "has_non_profit": any(card.provider.kind == Provider.Kind.NON_PROFIT for card in cards),
            "parts": by_part(questions(found.fit, basis_of(area, day=day))),
            "always_municipal": public.service_types()[1],
        },
    )
    # A session cookie that holds only the order.
    response.set_cookie(neutral_order.COOKIE, seed, httponly=True, samesite="Lax", secure=request.is_secure())
    patch_vary_headers(response, ["Cookie"])
    return response


@require_safe
def provider(request: HttpRequest, code: str) -> HttpResponse:
    """One provider. 404 without a current or future contract."""
    found = get_object_or_404(Provider, code=code)
    day = clock.today()
    contracts = public.contracts_of(provider=found, day=day)
    if not contracts:
        raise Http404
    cards = public.comparison(area=contracts[0].area, language=get_language(), day=day)
    card = next(card for card in cards if card.provider == found)
    return render(request, "citizens/public/provider.html", provider_page(card, contracts, day=day))


@require_safe
def area_help(request: HttpRequest) -> HttpResponse:
    """Postcode to area. Guidance, not a rule: the page always has a phone number."""
    form = PostcodeForm(request.GET)
    match = public.area_of_postcode(form.cleaned_data["postnummer"]) if form.is_valid() else None
    return render(
        request,
        "citizens/public/area_help.html",
        {"form": form, "match": match, "not_found": form.is_bound and form.is_valid() and match is None},
    )
