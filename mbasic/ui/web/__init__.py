"""The web page: a server that shows sessions in browsers. NiceGUI serves the page and carries the messages."""
