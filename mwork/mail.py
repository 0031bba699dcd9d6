"""Letters from templates: templates/emails/<kind>/{subject.txt, body.txt, body.html}, in the reader's language."""

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation


def send(*, kind: str, to: str, language: str, context: dict) -> None:
    """Render the letter of this kind in this language and hand it to the mail backend, whose errors it lets pass."""
    with translation.override(language):
        context = {**context, "language": language}
        subject = render_to_string(f"emails/{kind}/subject.txt", context).strip()
        letter = EmailMultiAlternatives(subject, render_to_string(f"emails/{kind}/body.txt", context), to=[to])
        letter.attach_alternative(render_to_string(f"emails/{kind}/body.html", context), "text/html")
    letter.send()
