"""The shapes of photos on the wire."""

from rest_framework import serializers

from mwork import storage
from profiles.models import Photo


class PhotoSerializer(serializers.ModelSerializer):
    noun, plural = "photo", "photos"
    example = {
        "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa201",
        "url": "https://cdn.mwork.kz/photos/0193a1b2/5f0c7e.webp",
        "thumbnail_url": "https://cdn.mwork.kz/photos/0193a1b2/9a1b2c.webp",
        "is_main": True,
        "order": 0,
        "caption": "Лукбук, весна",
        "width": 1365,
        "height": 2048,
        "is_hidden": False,
    }

    url = serializers.SerializerMethodField()
    thumbnail_url = serializers.SerializerMethodField()
    is_hidden = serializers.BooleanField(help_text="By our staff, from all but its owner")

    class Meta:
        model = Photo
        fields = ["id", "url", "thumbnail_url", "is_main", "order", "caption", "width", "height", "is_hidden"]

    def get_url(self, photo) -> str:
        return storage.url(photo.file)

    def get_thumbnail_url(self, photo) -> str:
        return storage.url(photo.thumbnail)


class PhotoChangeSerializer(serializers.Serializer):
    example = {"is_main": True, "order": 0, "caption": "Лукбук, весна"}

    is_main = serializers.BooleanField(required=False)
    order = serializers.IntegerField(min_value=0, max_value=10_000, required=False, help_text="From 0")
    caption = serializers.CharField(max_length=200, required=False, allow_blank=True)


class NewPhotoSerializer(PhotoChangeSerializer):
    example = {"file": "(binary)", "is_main": False, "caption": "Лукбук, весна"}

    file = serializers.FileField(allow_empty_file=True)

    def validate(self, attrs):
        # A form can't leave a flag out the way JSON does: DRF reads a missing one as false.
        return {name: value for name, value in attrs.items() if name in self.initial_data or name == "file"}


class ProfileReferenceSerializer(serializers.Serializer):
    profile_id = serializers.UUIDField()


class ReorderSerializer(serializers.Serializer):
    example = {"photo_ids": ["0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa202", "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa201"]}

    photo_ids = serializers.ListField(child=serializers.UUIDField(), max_length=10_000)


class ReorderedSerializer(serializers.Serializer):
    example = {"photos": [PhotoSerializer.example]}

    photos = PhotoSerializer(many=True)
