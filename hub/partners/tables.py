"""The register of partners as it stands in the database."""

from datetime import date

from sqlalchemy import ARRAY, Date, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kernel.database import Base
from hub.kernel.words import PartnerId


class PartnerRow(Base):
    """One partner; everybody may read it, only the operator writes it."""

    __tablename__ = "partner"

    id: Mapped[PartnerId] = mapped_column(Integer, primary_key=True, autoincrement=False)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    provinces: Mapped[list[str]] = mapped_column(ARRAY(Text))
    code_mark: Mapped[int] = mapped_column(Integer, unique=True)
    active_from: Mapped[date] = mapped_column(Date)
    active_until: Mapped[date | None] = mapped_column(Date)
