"""
An exporter: one configured instance of a connector, ready to be called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from attrs import evolve, frozen

from orderferry.connectors._connector import Capabilities, Connector
from orderferry.connectors._redaction import Redactor
from orderferry.connectors._timeline import Timeline
from orderferry.connectors.instances._call import CallContext, Means, PreviewContext, offline
from orderferry.connectors.instances._redaction import connector_log, hidden_answer, hidden_error
from orderferry.connectors.loading._discovery import Catalogue
from orderferry.connectors.loading._loading import LoadedConnector, load_connector, refuse
from orderferry.connectors.loading._relay import relay
from orderferry.connectors.settings._read import InstanceConfig, InstanceSettings, read_settings
from orderferry.connectors.spec._context import Context, InstanceName, State
from orderferry.errors import ConnectorError, SettingsError

if TYPE_CHECKING:
    from orderferry.connectors.http import Client
    from orderferry.export_result import ExportResult

__all__ = ["Exporter", "load_exporter"]


@frozen(eq=False)
class Exporter:
    """
    One configured instance, ready to be called from several threads.

    Attributes:
        name: The instance.
        distribution: The distribution that its connector comes from.
        version: That distribution's version.
        capabilities: What the connector declares.
        redactor: Hides the instance's secrets.
        literal_secrets: Settings whose secret stands in the configuration in clear.
    """

    name: InstanceName
    distribution: str
    version: str
    capabilities: Capabilities
    redactor: Redactor
    literal_secrets: tuple[str, ...]
    _hooks: Mapping[str, Callable[..., object]]
    _means: Means

    def offers(self, hook: str) -> bool:
        """
        Whether the connector implements a hook.
        """
        return hook in self._hooks

    def call(self, hook: str, context: Context, **arguments: object) -> object:
        """
        Call a hook, and keep the instance's secrets out of whatever comes back.

        Args:
            hook: A hook that the connector offers.
            context: The call's context, from `context` or `preview_context`.
            arguments: The hook's other arguments, all of them.

        Returns:
            What the connector answered, unchecked; an iterator has been read to its end.

        Raises:
            ConnectorError: The connector does not offer the hook, or tried to end the process.
            Exception: Whatever the connector raised, without secrets.
        """
        function = self._hooks.get(hook)
        if function is None:
            raise ConnectorError(f"{self._who} offers no {hook}")
        try:
            if isinstance(context, PreviewContext):
                with offline(self._who):
                    answer = _read(function(context=context, **arguments))
            else:
                answer = _read(function(context=context, **arguments))
        except KeyboardInterrupt:
            raise
        except Exception as error:
            hidden = hidden_error(error, self.redactor)
            if hidden is error:
                raise
            raise hidden from hidden.__cause__
        except BaseException as error:  # noqa: BLE001 - SystemExit, a cancelled task: no connector may end us
            said = self.redactor.text(f"{type(error).__name__}: {error}")
            raise ConnectorError(f"{self._who} tried to end the process: {said}") from None
        return hidden_answer(answer, self.redactor)

    def context(
        self,
        *,
        key: str = "",
        idempotency_key: UUID | None = None,
        attempt: int = 0,
        deadline: float,
        accepted: Sequence[ExportResult] = (),
        timeline: Timeline | None = None,
        now: datetime | None = None,
        alive: Callable[[], bool] | None = None,
    ) -> Context:
        """
        A context for one call.

        Args:
            key: The export's key, or empty.
            idempotency_key: The export's id.
            attempt: Which attempt this is, or 0.
            deadline: When the call must have ended, in seconds of the monotonic clock.
            accepted: Earlier accepted results of this instance for the order.
            timeline: Where requests are recorded; by default one of the call's own.
            now: When the call begins, in UTC; by default now.
            alive: Whether the caller may still send; once it says no, no time is left.
        """
        return CallContext(
            self._means,
            key=key,
            idempotency_key=idempotency_key,
            attempt=attempt,
            deadline=deadline,
            accepted=accepted,
            timeline=timeline,
            now=now,
            alive=alive,
        )

    def preview_context(self, now: datetime | None = None) -> Context:
        """
        A context with no network, and with a memory that forgets.

        Args:
            now: When the call begins, in UTC; by default now.
        """
        return PreviewContext(self._means, now=now)

    def watched(
        self, watch: Callable[[str, Callable[..., object]], Callable[..., object]]
    ) -> Exporter:
        """
        The same instance, with something between the core and its connector.

        Args:
            watch: Given a hook's name and what calls it (with keyword arguments), makes what is
                called instead. It sees answers and errors before secrets are hidden in them.
        """
        hooks = {name: watch(name, function) for name, function in self._hooks.items()}
        return evolve(self, hooks=hooks)

    @property
    def _who(self) -> str:
        return f"connector {self.name} ({self.distribution} {self.version})"


def _read(answer: object) -> object:
    """
    A generator's answers, read where its errors can be caught.
    """
    return tuple(answer) if isinstance(answer, Iterator) else answer


def load_exporter(
    configured: InstanceConfig,
    *,
    catalogue: Catalogue,
    environment: Mapping[str, str],
    state: Callable[[InstanceName], State],
    http: Client,
) -> Exporter:
    """
    Load the connector of a configured instance, read its settings, and build it.

    Args:
        configured: The instance.
        catalogue: What is installed.
        environment: Where `${env:NAME}` looks.
        state: Gives the instance its memory.
        http: The client that all instances share.

    Raises:
        LoadError: One of its kinds, by the step that failed.
    """
    loaded = load_connector(catalogue, configured.name)
    settings = read_settings(loaded.kind.Settings, configured, loaded.entry, environment)
    name, redactor = configured.reference, settings.redactor
    return Exporter(
        name=name,
        distribution=loaded.entry.distribution,
        version=loaded.entry.version,
        capabilities=loaded.kind.capabilities,
        redactor=redactor,
        literal_secrets=settings.literal_secrets,
        hooks=relay(_built(loaded, settings, name), loaded.entry),
        means=Means(
            instance=name,
            redactor=redactor,
            state=state(name),
            log=lambda: connector_log(name, redactor),
            http=http,
        ),
    )


def _built(loaded: LoadedConnector, settings: InstanceSettings, name: InstanceName) -> Connector:
    try:
        return loaded.kind(settings=settings.value)  # type: ignore[call-arg]
    except Exception as error:  # noqa: BLE001 - a vendor's class may raise anything while it is built
        cause = hidden_error(error, settings.redactor)
        said = f"{type(error).__name__}: {cause}" if cause is error else str(cause)
        refuse(SettingsError, loaded.entry, f"cannot be built as {name}: {said}", cause)
