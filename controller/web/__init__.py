"""A web page as the front panel: the same machine, with a browser for its button, microphone, screen and speaker."""
