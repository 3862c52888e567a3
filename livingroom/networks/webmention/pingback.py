"""The XML of pingbacks: a call with two addresses, an answer or a fault. Pure.

https://www.hixie.ch/specs/pingback/pingback — what strangers send is read with defusedxml: no entities, no bombs.
"""

from xml.sax.saxutils import escape

from livingroom.networks.errors import Invalid

# Faults of the specification.
NO_SOURCE, NO_LINK, NO_TARGET, NOT_OURS, TWICE, DENIED, UPSTREAM = 0x10, 0x11, 0x20, 0x21, 0x30, 0x31, 0x32
METHOD = "pingback.ping"


class Fault(Exception):
    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def read_call(body: bytes) -> tuple[str, str]:
    """Source and target of a call. Raises Fault for any other call, Invalid for what is no XML-RPC."""
    root = _parse(body)
    if root.tag != "methodCall":
        raise Invalid("This is no XML-RPC call.", "body")
    if (root.findtext("methodName") or "").strip() != METHOD:
        raise Fault(-32601, f"There is no method here but {METHOD}.")
    values = [_words(value) for value in root.findall("./params/param/value")]
    if len(values) != 2 or not all(values):
        raise Fault(-32602, "A pingback has two addresses: source and target.")
    return values[0], values[1]


def write_call(source: str, target: str) -> bytes:
    params = "".join(
        f"<param><value><string>{escape(each)}</string></value></param>" for each in (source, target)
    )
    return _document(f"<methodCall><methodName>{METHOD}</methodName><params>{params}</params></methodCall>")


def read_answer(body: bytes) -> str:
    """What the server said. Raises Fault when it refused, Invalid when it is no XML-RPC."""
    root = _parse(body)
    fault = root.find("fault/value/struct")
    if fault is not None:
        members = {
            (member.findtext("name") or "").strip(): _words(member.find("value"))
            for member in fault.findall("member")
        }
        code = members.get("faultCode", "0")
        raise Fault(int(code) if code.lstrip("-").isdigit() else 0, members.get("faultString", ""))
    if root.tag != "methodResponse":
        raise Invalid("This is no XML-RPC answer.", "body")
    return _words(root.find("./params/param/value"))


def write_answer(text: str) -> bytes:
    value = f"<value><string>{escape(text)}</string></value>"
    return _document(f"<methodResponse><params><param>{value}</param></params></methodResponse>")


def write_fault(fault: Fault) -> bytes:
    members = (
        f"<member><name>faultCode</name><value><int>{fault.code}</int></value></member>"
        f"<member><name>faultString</name><value><string>{escape(fault.text)}</string></value></member>"
    )
    return _document(
        f"<methodResponse><fault><value><struct>{members}</struct></value></fault></methodResponse>"
    )


def _document(inner: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{inner}'.encode()


def _words(value: object) -> str:
    return "".join(value.itertext()).strip() if value is not None else ""  # type: ignore[attr-defined]  # an Element


def _parse(body: bytes):  # type: ignore[no-untyped-def]  # defusedxml has no types
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        return fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Invalid(f"This XML cannot be read ({type(error).__name__}).", "body") from None
