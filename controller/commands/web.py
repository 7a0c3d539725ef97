"""`roger web`: the assistant on a page in the browser."""

from __future__ import annotations

import argparse
import shutil
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, get_args

from config.loader import Config, load
from config.schema import ChatSettings, Handler, LocalModel
from controller.commands.options import add_command, add_config_option
from controller.errors import RogerError

HANDLERS: Final = get_args(Handler)
EPILOG: Final = """\
examples:
  roger web                            a page for this computer alone
  roger web --host 0.0.0.0             for the network; prints an address with a token in it
  roger web --host 0.0.0.0 --cert cert.pem --key key.pem
                                       with https, without which browsers on other computers give no microphone
  roger web --model smollm2-135m-instruct
                                       a language model on this computer answers what no action does
  roger web --model llava.gguf --mmproj mmproj.gguf
                                       one that looks at images, too

Everybody who opens the page has a conversation of their own. The device's actions are everybody's.
"""


def add(subparsers: Any) -> None:
    """Register the command."""
    command = add_command(subparsers, "web", "a page in the browser", "Serves the page.", EPILOG)
    command.add_argument("--host", metavar="H", help="who may reach it; web.host of roger.yaml if not given")
    command.add_argument("--port", type=int, metavar="P", help="web.port if not given; 0 takes a free one")
    command.add_argument("--model", metavar="GGUF", help="a language model for this computer; turns chat on")
    command.add_argument("--mmproj", metavar="GGUF", default="", help="the file with which it looks at images")
    command.add_argument(
        "--handler", default="", choices=HANDLERS[1:], help="llama.cpp's name for how; llava-1-5 by default"
    )
    command.add_argument("--silent", action="store_true", help="do not speak the answers")
    command.add_argument("--cert", metavar="FILE", help="a certificate, for https")
    command.add_argument("--key", metavar="FILE", help="its key")
    add_config_option(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    if find_spec("gradio") is None:
        raise RogerError("WEB-03", "Gradio is not installed", "run: sh scripts/setup.sh web")
    from controller.web.server import Address, Server, is_loopback, make_app, new_secret
    from controller.web.visitors import Visitors

    config = changed(load(args.config), args)
    settings = config.roger.web
    host = args.host or settings.host
    server = Server(host, settings.port if args.port is None else args.port)
    password = settings.password.get_secret_value() if settings.password else ""
    token = password or ("" if is_loopback(host) else new_secret())
    address = Address(host, server.port, token, _certificate(args))
    visitors = Visitors(config, new_secret)
    try:
        app = make_app(config, visitors, address)
        shown = replace(address, token="") if password else address
        server.run(app, address, lambda: print(f"Roger is at {shown.url}   (Ctrl-C ends it)", flush=True))
    finally:
        visitors.close()
        server.close()
    return 0


def changed(config: Config, args: argparse.Namespace) -> Config:
    """What the page needs, and what the command line says."""
    roger = config.roger
    changes: dict[str, object] = {}
    if args.mmproj and not args.model:
        raise RogerError("MDL-02", "--mmproj is the eyes of a model, and there is no model", "give --model, too")
    if args.handler and not args.mmproj:
        raise RogerError("MDL-02", "--handler is for a model that looks at images", "give --model and --mmproj, too")
    if args.model:
        local = LocalModel(model=args.model, mmproj=args.mmproj, handler=args.handler)
        changes["chat"] = _with_local(roger.chat, local)
    if args.silent:
        changes["speech"] = roger.speech.model_copy(update={"engine": "off"})
    elif roger.speech.engine == "off" and shutil.which("espeak-ng"):
        changes["speech"] = roger.speech.model_copy(update={"engine": "espeak"})
    return replace(config, roger=roger.model_copy(update=changes))


def _with_local(chat: ChatSettings, local: LocalModel) -> ChatSettings:
    """Whoever had not switched the bigger model on did not want anything to leave the device."""
    others = set() if chat.enabled else {"base_url", "model", "api_key", "servers"}
    kept = {name: getattr(chat, name) for name in chat.model_fields_set - others}
    return ChatSettings(**{**kept, "enabled": True, "local": local})


def _certificate(args: argparse.Namespace) -> tuple[str, str] | None:
    if not args.cert and not args.key:
        return None
    for name in (args.cert, args.key):
        if not name or not Path(name).is_file():
            raise RogerError("WEB-03", f"there is no file {name or 'for the other half'}", "give --cert and --key")
    return args.cert, args.key
