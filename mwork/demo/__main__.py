import argparse
import sys

import requests

from mwork import running
from mwork.demo.api import Api, Mismatch, paint
from mwork.demo.story import Story


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m mwork.demo", description="A walk through the running API.")
    parser.add_argument("--url", help="of the server; by default that of this checkout's `make run`")
    asked = parser.parse_args().url
    published = running.environment()
    url = asked or f"http://127.0.0.1:{published.get('PORT', 8000)}"
    # Letters lie in var/emails only when that `make run` has no mail server to hand them to.
    letters = bool(published) and not asked and not {"RESEND_API_KEY", "EMAIL_URL"} & published.keys()
    story = Story(Api(url.rstrip("/")), letters)
    try:
        story.tell()
    except requests.RequestException as error:
        kind = type(error).__name__
        print(f"mwork: no answer from {url} ({kind}); does the server run? `make run` starts it", file=sys.stderr)
    except Mismatch as error:
        print(paint("bad", f"\nFailed at step {story.step}: {error}"), file=sys.stderr)
    else:
        print(paint("good", f"\nAll {story.number} steps went as the contract says."))
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
