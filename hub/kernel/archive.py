"""Writes an archive (ZIP) whose bytes depend on nothing but its members."""

from collections.abc import Iterable
from io import BytesIO
from typing import BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_MEMBER_DATE = (1980, 1, 1, 0, 0, 0)


def store_all(members: Iterable[tuple[str, Iterable[bytes]]], *, to: BinaryIO) -> None:
    """Write these members in this order, dated 1980 and not packed, since compressors differ; none is held twice."""
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_STORED) as archive:
        for name, pieces in members:
            member = ZipInfo(name, _MEMBER_DATE)
            member.create_system, member.external_attr = 3, 0o600 << 16
            with archive.open(member, "w") as opened:
                opened.writelines(pieces)
    to.write(whole.getbuffer())
