"""Under which keys the database was filled."""

from sqlalchemy import Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.database import Base


class KeyCheckRow(Base):
    """Eight bytes of one key, made with the key itself; inserted once."""

    __tablename__ = "key_check"

    label: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    scope: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
