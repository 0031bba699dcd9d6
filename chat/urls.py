from django.urls import path

from chat.views import Messages, ReadRoom, Rooms, Unread

urlpatterns = [
    path("chat/rooms", Rooms.as_view({"get": "list", "post": "create"})),
    path("chat/rooms/<uuid:room_id>/messages", Messages.as_view({"get": "list", "post": "create"})),
    path("chat/rooms/<uuid:room_id>/messages/<uuid:id>", Messages.as_view({"patch": "edit", "delete": "destroy"})),
    path("chat/rooms/<uuid:room_id>/read", ReadRoom.as_view()),
    path("chat/unread", Unread.as_view()),
    path("chat/search", Messages.as_view({"get": "search"})),
    # The first generation's address.
    path("chat/messages/send", Messages.as_view({"post": "send"})),
]
