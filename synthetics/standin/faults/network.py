"""Faults of the network: the site and the apps, together."""

from synthetics.standin.addresses import ServerName
from synthetics.standin.faults.acts import dribbles, resets
from synthetics.standin.faults.model import SHARE, Act, Blames, Effect, Fault, Knob, Wire

#: All but the one that switches faults off again.
_ALL = tuple(name for name in ServerName if name is not ServerName.CONTROL)
_SPEED = Knob(name="bytes_per_second", sentence="How fast bodies arrive.", default=200, least=16, most=1_000_000)


def _everywhere(act: Act) -> tuple[Effect, ...]:
    return tuple(Effect(server=server, act=act) for server in _ALL)


NETWORK_FAULTS = (
    Fault(
        name="network_refused",
        sentence="Every connection to the site, to Forge and to the apps is refused.",
        blames=Blames.NETWORK,
        wire=Wire.REFUSED,
        wired=_ALL,
    ),
    Fault(
        name="network_reset",
        sentence="Every answer of the site, of Forge and of the apps is cut off by a reset in the middle of its body.",
        blames=Blames.NETWORK,
        knobs=(SHARE,),
        effects=_everywhere(resets),
    ),
    Fault(
        name="network_dns",
        sentence="No name resolves, of the site, of Forge or of the apps, and nobody listens at their addresses.",
        blames=Blames.NETWORK,
        wire=Wire.REFUSED,
        wired=_ALL,
        unresolved=True,
    ),
    Fault(
        name="network_tls",
        sentence="Something in between breaks TLS: every connection is answered with what is no handshake and no HTTP.",
        blames=Blames.NETWORK,
        wire=Wire.GARBAGE,
        wired=_ALL,
        https=True,
    ),
    Fault(
        name="network_slow",
        sentence="Every answer of the site, of Forge and of the apps arrives at a few bytes a second.",
        blames=Blames.NETWORK,
        knobs=(_SPEED,),
        effects=_everywhere(dribbles),
    ),
)
