"""The words that begin a command of the global configuration, also one that is of no concern here.

Without indentation only such a word ends an `interface` or `context` block; and a text in which no
such command is found is no configuration.
"""

from __future__ import annotations

import re

__all__ = ["TOP_LEVEL", "begins_top_level", "holds_address", "is_unmistakable"]

_WORDS = """
aaa aaa-server access-group access-list acl-netmask-convert alias app-agent arp arp-inspection asdm asp auth-prompt
auto-update banner bfd bfd-template boot ca call-home checkheaps class-map client-update clock cluster
command-alias community-list compression config-register console coredump crashinfo crypto ctl-file ctl-provider
cxsc dhcp-client dhcp-network-scope dhcpd dns dns-group dns-guard domain-name dynamic-access-policy-config
dynamic-access-policy-record dynamic-filter dynamic-map enable established event fips firewall fixup flow-export
flow-offload flow-offload-ipsec fragment ftp ftp-map global group-delimiter group-policy gtp-map hpm http http-map
hw-module icmp imap4s ipv6-vpn-addr-assign isakmp jumbo-frame key ldap license lisp logging mac-address-table
mac-learn mac-list management-access map-domain media-termination memory mfib migrate mount mroute mtu
multicast-routing name names nat nat-assigned-to-public-ip ntp nve object object-group object-group-search pager
pass passwd password password-policy pdm phone-proxy policy-list policy-map pop3s prefix-list priority-queue
privilege prompt quota regex remote-access rest-api route route-map router same-security-traffic scansafe
security-group service service-interface service-policy sip-map sla smtp-server smtps snmp-map snmp-server ssh ssl
static sunrpc-server sysopt tcp-map telnet terminal tftp-server threat-detection time-range timeout tls-proxy track
traffic-forward translate tunnel-group tunnel-group-map umbrella-global url-block url-cache url-list url-server
user-alert user-identity user-statistics username virtual vpdn vpn vpn-addr-assign vpn-sessiondb vpnsetup vxlan
wccp webvpn xlate zone zonelabs-integrity
"""
TOP_LEVEL = frozenset(_WORDS.split())

_LEAST = 3  # letters of a shortened word
_CERTAIN = frozenset(["aaa", "asdm", "crypto", "isakmp", "mtu", "nat", "sysopt", "webvpn", "xlate"])
_PROMPT_WORDS = frozenset(
    ["hostname", "domain", "context", "slot", "state", "priority", "cluster-unit", "management-mode"]
)
_NAME = re.compile(r"\w[\w.-]*")
_ADDRESS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}")


def begins_top_level(word: str) -> bool:
    """Whether a word is one of TOP_LEVEL, or three letters or more of its beginning."""
    typed = word.lower()
    return typed in TOP_LEVEL or (len(typed) >= _LEAST and any(each.startswith(typed) for each in TOP_LEVEL))


def holds_address(words: tuple[str, ...]) -> bool:
    """Whether one of the words has the form of an IPv4 address."""
    return any(_ADDRESS.fullmatch(word) for word in words)


def is_unmistakable(words: tuple[str, ...]) -> bool:
    """Whether the words are a global command and hardly anything else; many of them are also plain English."""
    first, rest = words[0].lower(), [word.lower() for word in words[1:]]
    if words[0].istitle():
        return False
    if first in ("hostn", "hostna", "hostnam", "hostname"):
        return len(rest) == 1 and _NAME.fullmatch(rest[0]) is not None
    if first == "prompt":
        return bool(rest) and _PROMPT_WORDS.issuperset(rest)
    if first == "mode":
        return len(rest) == 1 and any(len(rest[0]) > 1 and each.startswith(rest[0]) for each in ("single", "multiple"))
    return first in TOP_LEVEL and bool(rest) and ("-" in first or first in _CERTAIN or holds_address(words[1:]))
