"""Ask the warm parent to run `initatlas …`; become a plain process where there is none.

Started once a job as `python -I -S client.py …`, so it imports next to nothing: `_socket` takes
1 ms and `socket`, which wraps it, 7.
"""

import _socket
import os
import sys


def main() -> int:
    """Run the job; its exit status, or 128 + n where signal n ended it, as a shell has it."""
    connection = connect(os.environ.get("INITATLAS_WARM"))
    if connection is None:
        os.execv(sys.executable, [sys.executable, "-m", "initatlas", *sys.argv[1:]])
    try:
        send_request(connection, sys.argv[1:])
        reply = connection.recv(64)
    except OSError:
        reply = b""
    # From here on the job shares its parent's fate: a plain process would outlive a killed run.
    if not reply:
        sys.stderr.write("initatlas: the job's parent process ended, and the job with it\n")
        return 1
    status = int(reply)
    if status < 0:
        sys.stderr.write(f"initatlas: signal {-status} ended the job\n")
        return 128 - status
    return status


def connect(address: str | None) -> _socket.socket | None:
    """A connection to the warm parent, or None where nobody listens."""
    if not address:
        return None
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        connection.connect(address)
    except OSError:
        return None
    return connection


def send_request(connection: _socket.socket, arguments: list[str]) -> None:
    """Send arguments, folder and environment, and hand over standard input, output and error."""
    environment = [f"{name}={value}" for name, value in os.environ.items()]
    fields = [str(len(arguments)), *arguments, os.getcwd(), *environment]
    message = os.fsencode("\0".join(fields))
    streams = b"".join(fd.to_bytes(4, sys.byteorder) for fd in (0, 1, 2))
    rights = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)]
    sent = connection.sendmsg([message], rights)
    connection.sendall(message[sent:])
    connection.shutdown(_socket.SHUT_WR)


if __name__ == "__main__":
    sys.exit(main())
