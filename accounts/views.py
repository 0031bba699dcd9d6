"""Accounts over HTTP: /auth and /users."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from accounts import serializers, services, tokens
from accounts.models import Block, Purpose, Session, User
from mwork.api import client, errors, throttling
from mwork.api.permissions import Anyone, IsOwner, SignedIn
from mwork.api.renderers import answer
from mwork.api.schema import endpoint
from mwork.api.views import Resource, View


class AuthView(View):
    """An authentication call: counted once per address and once per account named in the body."""

    tag = "auth"
    rate = "auth"
    permission_classes = [Anyone]
    unreadable: APIException | None = None

    def rate_keys(self, request) -> list[str]:
        keys = [throttling.address_key(request)]
        try:
            email = request.data.get("email")
        except APIException as error:
            self.unreadable, email = error, None  # counted all the same, and told when the body's turn comes
        if isinstance(email, str) and email.strip():
            keys.append(throttling.account_key(email))
        return keys

    def valid(self, request, serializer_class, **kwargs) -> dict:
        if self.unreadable:
            raise self.unreadable
        return super().valid(request, serializer_class, **kwargs)


class Register(AuthView):
    @endpoint(
        takes=serializers.RegisterSerializer,
        gives=serializers.UserSerializer,
        status=201,
        refuses=(errors.Duplicate,),
    )
    def post(self, request):
        """Register.

        The letter that verifies the address is on its way when this answers. Nothing waits for it: an unverified
        user may use everything, unless the server is set to require it.
        """
        data = self.valid(request, serializers.RegisterSerializer)
        user = services.register(**{"language": get_language(), **data})
        return answer(serializers.UserSerializer(user), 201)


class Login(AuthView):
    @endpoint(
        takes=serializers.LoginSerializer,
        gives=serializers.TokensSerializer,
        refuses=(errors.InvalidCredentials, errors.AccountBanned, errors.EmailNotVerified),
    )
    def post(self, request):
        """Sign in.

        Opens a session on this device. The access token lives 15 minutes, the refresh token 7 days.
        """
        data = self.valid(request, serializers.LoginSerializer)
        session, refresh_token = services.sign_in(
            **data, device=request.headers.get("User-Agent", ""), ip=client.address(request)
        )
        tokens_of_session = {
            "access_token": tokens.access(session),
            "refresh_token": refresh_token,
            "expires_in": tokens.EXPIRES_IN,
            "user": session.user,
        }
        return answer(serializers.TokensSerializer(tokens_of_session))


class Refresh(AuthView):
    @endpoint(takes=serializers.RefreshSerializer, gives=serializers.RefreshedSerializer)
    def post(self, request):
        """Renew the access token.

        With `rotate` the refresh token is replaced too. The old one then dies; shown again within 30 seconds it gets
        the same successor, so that a lost answer signs nobody out; shown later it ends the whole session.
        """
        data = self.valid(request, serializers.RefreshSerializer)
        access_token, refresh_token = services.refresh(token=data["refresh_token"], rotate=data["rotate"])
        renewed = {"access_token": access_token, "expires_in": tokens.EXPIRES_IN}
        if refresh_token:
            renewed["refresh_token"] = refresh_token
        return answer(serializers.RefreshedSerializer(renewed))


class Logout(View):
    tag = "auth"

    @endpoint(message=True)
    def post(self, request):
        """Sign out.

        Ends the session: both its tokens are dead at once.
        """
        Session.objects.filter(id=request.auth.id).end()
        return Response(_("Signed out."))


class VerifyRequest(AuthView):
    @endpoint(takes=serializers.EmailSerializer, message=True)
    def post(self, request):
        """Ask for the verifying letter again.

        Answers the same for any address.
        """
        data = self.valid(request, serializers.EmailSerializer)
        services.request_letter(email=data["email"], purpose=Purpose.VERIFY_EMAIL)
        return Response(_("If this address waits for confirmation, a letter is on its way."))


class VerifyConfirm(AuthView):
    @endpoint(takes=serializers.TokenSerializer, gives=serializers.UserSerializer)
    def post(self, request):
        """Confirm an address.

        The token is the one in the letter's link; it lives 24 hours and works once.
        """
        user = services.confirm_email(**self.valid(request, serializers.TokenSerializer))
        return answer(serializers.UserSerializer(user))


class PasswordForgot(AuthView):
    @endpoint(takes=serializers.EmailSerializer, message=True)
    def post(self, request):
        """Ask for a letter that resets the password.

        Answers the same for any address.
        """
        data = self.valid(request, serializers.EmailSerializer)
        services.request_letter(email=data["email"], purpose=Purpose.RESET_PASSWORD)
        return Response(_("If somebody is registered with this address, a letter is on its way."))


class PasswordReset(AuthView):
    @endpoint(takes=serializers.ResetSerializer, message=True)
    def post(self, request):
        """Set a new password with the letter's token.

        The token lives an hour and works once. Every session of the account ends.
        """
        services.reset_password(**self.valid(request, serializers.ResetSerializer))
        return Response(_("The password is changed. Sign in with the new one."))


class PasswordChange(AuthView):
    permission_classes = [SignedIn]

    @endpoint(takes=serializers.ChangePasswordSerializer, message=True)
    def post(self, request):
        """Change the password.

        Every other session of the account ends; this one lives on.
        """
        data = self.valid(request, serializers.ChangePasswordSerializer)
        services.set_password(user=request.user, password=data["password"], keep=request.auth)
        return Response(_("The password is changed."))


class Sessions(Resource):
    tag = "auth"
    queryset = Session.objects.all()
    serializer_class = serializers.SessionSerializer
    orderings = {"last_seen": ("-last_seen_at", "-id")}
    access = {"destroy": IsOwner}

    def get_queryset(self):
        return self.request.user.sessions.open()

    @endpoint(gives=serializers.SessionSerializer, many=True)
    def list(self, request):
        """List one's own open sessions."""
        return self.page(self.get_queryset())

    @endpoint(status=204)
    def destroy(self, request, id):
        """End one of one's own sessions."""
        session = self.get_object()
        Session.objects.filter(id=session.id).end()
        return Response(status=204)


class SocketTicket(View):
    tag = "auth"

    @endpoint(gives=serializers.TicketSerializer, status=201)  # not idempotent: a kept answer would be a kept secret
    def post(self, request):
        """Get a ticket for a socket.

        Opens `/ws?ticket=…` once within 30 seconds, so that no token stands in an address, which logs keep.
        """
        ticket = services.issue_ticket(session=request.auth)
        expires_in = int(services.TICKET_LIFETIME.total_seconds())
        return answer(serializers.TicketSerializer({"ticket": ticket, "expires_in": expires_in}), 201)


class BlockUser(View):
    tag = "users"

    @endpoint(status=204, refuses=(errors.Invalid,))
    def post(self, request, id):
        """Block a user.

        No chat and no response between the two from now on. Again is the same.
        """
        services.block(blocker=request.user, blocked_id=id)
        return Response(status=204)

    @endpoint(status=204)
    def delete(self, request, id):
        """Lift a block.

        Also when there was none.
        """
        if not User.objects.filter(id=id).exists():
            raise errors.NotFound
        Block.objects.filter(blocker=request.user, blocked_id=id).delete()
        return Response(status=204)


class BlockedUsers(Resource):
    tag = "users"
    queryset = Block.objects.all()
    serializer_class = serializers.BlockedUserSerializer

    @endpoint(gives=serializers.BlockedUserSerializer, many=True)
    def list(self, request):
        """List the users one has blocked."""
        return self.page(request.user.blocks_laid.select_related("blocked"))
