"""Connections to the very address that was checked, and to no other, each reading and writing until one deadline."""

from __future__ import annotations

import contextlib
import functools
import queue
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING

import certifi
import httpcore

from retrieval.errors import FetchFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from retrieval.fetching.addresses import Address, AddressPolicy

    Resolve = Callable[[str, int], Sequence[str]]

_MOST_TRIED = 4  # addresses of one host


def resolved(host: str, port: int) -> list[str]:
    """Returns the IP addresses that the system finds for a host's name.

    Raises:
        OSError: there is none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Deadline:
    """A moment by which all must be done."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, most: float | None = None) -> float:
        """Returns the seconds that are left, `most` at most.

        Raises:
            FetchFailed: none is.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise FetchFailed("the server took too long to answer; try again later")
        return left if most is None else min(left, most)


class CheckedBackend(httpcore.NetworkBackend):
    """Opens connections for httpcore: resolves a name once, checks each of its addresses, and connects to one of them.

    The name is what TLS asks for and checks; it is not resolved again, so that it cannot come to mean another address.
    """

    def __init__(self, policy: AddressPolicy, resolve: Resolve, deadline: Deadline) -> None:
        self._policy = policy
        self._resolve = resolve
        self._deadline = deadline
        self._system = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Opens a connection to a host.

        Raises:
            FetchRefused: one of its addresses may not be reached.
            FetchFailed: it has none, or the time is up.
            httpcore.ConnectError: none of them answers.
        """
        addresses = self._addresses(host, port)
        for ip in addresses:
            self._policy.check(ip, host, port)
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for ip in addresses[:_MOST_TRIED]:
            try:
                seconds = self._deadline.left(timeout)
                stream = self._system.connect_tcp(ip, port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure or httpcore.ConnectError

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        """Resolves a name within the time that is left: the system's own call cannot be interrupted."""
        answers: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._resolve(host, port))
            except OSError as error:
                answers.put(error)
            except UnicodeError:  # the system's codec does not take the name
                answers.put([])

        threading.Thread(target=ask, daemon=True, name=f"resolve {host}").start()
        try:
            answer = answers.get(timeout=self._deadline.left())
        except queue.Empty:
            raise FetchFailed(f"no address was found for {host} in time; try again later") from None
        if isinstance(answer, OSError) or not answer:
            raise FetchFailed(f"there is no host {host}, or it cannot be found now; check its spelling")
        return answer


@contextlib.contextmanager
def requested(
    address: Address,
    headers: Mapping[str, str],
    backend: httpcore.NetworkBackend,
    timeouts: Mapping[str, float],
    tls: ssl.SSLContext | None = None,
) -> Iterator[httpcore.Response]:
    """Sends one request and holds the answer, read no further than its headers, until the block ends.

    Raises:
        FetchFailed: the connection failed, then or within the block.
    """
    if tls is None and address.scheme == "https":
        tls = trusted()
    try:
        with (
            httpcore.ConnectionPool(tls, network_backend=backend) as pool,
            pool.stream(
                "GET",
                httpcore.URL(scheme=address.scheme, host=address.host, port=address.port, target=address.target),
                headers=list(headers.items()),
                extensions={"timeout": timeouts},
            ) as response,
        ):
            yield response
    except httpcore.TimeoutException:
        raise FetchFailed(f"{address.host} did not answer in time; try again later") from None
    except httpcore.NetworkError as error:
        cause = next(iter(error.args), None)
        if isinstance(cause, ssl.SSLError):
            why = getattr(cause, "verify_message", None) or "the connection cannot be made safe"
            raise FetchFailed(f"{address.host} cannot be trusted to be itself ({why}); try another address") from None
        raise FetchFailed(f"{address.host} cannot be reached or broke off; try again later") from None
    except (httpcore.ProtocolError, UnicodeError):
        raise FetchFailed(f"{address.host} does not answer as a web server does; check the address") from None


@functools.cache
def trusted() -> ssl.SSLContext:
    """Returns whom to trust: the system's certificates, and those of certifi, since small systems have none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


class _TimedStream(httpcore.NetworkStream):
    """A connection on which nothing waits past the deadline, however slowly the other side goes on."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
