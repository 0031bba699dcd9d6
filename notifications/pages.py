"""The pages that letters link to: switching something off, and where to see what was told."""

from django.shortcuts import render
from django.urls import path
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from notifications import unsubscribing


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the signed link is the permission
@require_http_methods(["GET", "POST"])
def unsubscribe(request):
    """Show what the link switches off; on POST, of the page's button or a mail program, do it. Again is the same."""
    token = request.GET.get("token", "") or request.POST.get("token", "")
    user, switch = unsubscribing.read(token)
    if user is None:
        return render(request, "pages/unsubscribe.html", status=404)
    if request.method == "POST":
        unsubscribing.switch_off(user, switch)
    shown = {"switch": switch, "token": token, "done": request.method == "POST"}
    with translation.override(user.language):
        return render(request, "pages/unsubscribe.html", shown)


@require_safe
def open_client(request, rest: str = ""):
    """Where a letter's button leads while no client of its own is named in APP_URL."""
    return render(request, "pages/open.html")


urlpatterns = [
    path("unsubscribe", unsubscribe),
    path("open/<path:rest>", open_client),
    path("open/", open_client),
]
