"""The middlewares that pages need and the API does not: it knows its callers by their tokens and keeps no cookies."""

from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django_otp import middleware as otp

API = "/api/"


class ForPages:
    """Goes before a middleware: requests of the API pass it by."""

    def __call__(self, request):
        return self.get_response(request) if request.path_info.startswith(API) else super().__call__(request)


class SessionMiddleware(ForPages, sessions.SessionMiddleware):
    pass


class AuthenticationMiddleware(ForPages, auth.AuthenticationMiddleware):
    pass


class OTPMiddleware(ForPages, otp.OTPMiddleware):
    pass


class MessageMiddleware(ForPages, messages.MessageMiddleware):
    pass
