"""The items of DA/T 70-2018, in its order: what each is about, by what text, and what looks at it here.

Of items whose text was not at hand (1-9, 2-8, 3-6, 3-7) and of those that no program can look at (viruses, the
medium, the procedure) the report says 未检测, unless an examiner's own result is given.
"""

from __future__ import annotations

from collections.abc import Callable

from ledger.export.fourfold import authentic, complete, usable
from ledger.export.fourfold.outcome import Outcome
from ledger.export.fourfold.package import Package
from ledger.frozen import frozen

STANDARD = "DA/T 70-2018"
AUTHENTIC, COMPLETE, USABLE, SAFE = "真实性", "完整性", "可用性", "安全性"
UNKNOWN = "the standard's text of this item was not at hand; nothing was looked at"
ELSEWHERE = (
    "no program can tell it from the package; give the examiner's result with --external"
)


@frozen
class Item:
    """An item: code, name, object 检测对象, what it rests on beside DA/T 70, what looks at it, else why nothing does."""

    code: str
    title: str
    object: str
    also: str = ""
    check: Callable[[Package], Outcome] | None = None
    why_not: str = ELSEWHERE

    @property
    def nature(self) -> str:
        """Which of the four natures it belongs to."""
        return (AUTHENTIC, COMPLETE, USABLE, SAFE)[int(self.code[0]) - 1]

    @property
    def basis(self) -> str:
        """检测依据: the standard's item, and what it rests on."""
        return f"{STANDARD} {self.nature} {self.code}" + (f"；{self.also}" if self.also else "")


def _unknown(code: str) -> Item:
    return Item(code, "条文未见", "—", "", None, UNKNOWN)


ITEMS = (
    Item("1-1", "固化信息有效性", "摘要、签名、证明、密钥", "RFC 8032；RFC 9162；DSSE", authentic.fixed),
    Item("1-2", "元数据项数据长度", "元数据", "DA/T 46-2009", authentic.lengths),
    Item("1-3", "元数据项数据类型、格式", "元数据", "DA/T 46-2009", authentic.types),
    Item("1-4", "元数据项值域", "元数据", "DA/T 46-2009", authentic.domains),
    Item("1-5", "元数据项数据值合理性", "元数据", "DA/T 46-2009", authentic.reasonable),
    Item("1-6", "元数据项特殊字符", "元数据", "DA/T 46-2009", authentic.characters),
    Item("1-7", "档号规范性", "档号", "DA/T 13-2022", authentic.file_numbers),
    Item("1-8", "元数据项数据重复性", "档号、文号、题名", "DA/T 46-2009", authentic.duplicates),
    _unknown("1-9"),
    Item("1-10", "内容数据的电子属性一致性", "文件大小、格式、摘要", "DA/T 46-2009", authentic.attributes),
    Item("1-11", "元数据与内容数据关联一致性", "文件路径、日志摘要", "DA/T 46-2009", authentic.linked),
    Item("1-12", "信息包组织结构规范性", "移交信息包", "DA/T 93-2022", authentic.structure),
    Item("1-13", "信息包内容一致性", "目录、元数据", "DA/T 93-2022", authentic.contents),
    Item("1-14", "信息包一致性（前后）", "全部文件", "RFC 8493", authentic.identical),
    Item("2-1", "件数相符性", "说明文件、目录、文件夹", "DA/T 93-2022", complete.item_count),
    Item("2-2", "字节数相符性", "说明文件、文件", "DA/T 93-2022", complete.byte_count),
    Item("2-3", "元数据项完整性", "元数据", "DA/T 46-2009", complete.elements),
    Item("2-4", "元数据必填著录项目", "元数据", "DA/T 46-2009", complete.filled),
    Item("2-5", "过程信息完整性", "业务实体、日志", "DA/T 46-2009", complete.handled),
    Item("2-6", "连续性元数据项", "编号登记", "党政机关公文处理工作条例", complete.numbered),
    Item("2-7", "内容数据完整性", "正文、附件", "DA/T 46-2009", complete.attached),
    _unknown("2-8"),
    Item("2-9", "归档范围", "目录、日志", "机关档案管理规定", complete.scope),
    Item("2-10", "信息包元数据完整性", "说明文件、bag-info.txt", "DA/T 93-2022；RFC 8493", complete.package_metadata),
    Item("2-11", "信息包内容数据完整性", "文件数", "DA/T 93-2022", complete.file_count),
    Item("3-1", "元数据可读性", "XML", "W3C XML 1.0", usable.metadata),
    Item("3-2", "目标数据库、表可读性", "CSV", "RFC 4180", usable.tables),
    Item("3-3", "内容数据格式", "文件", "GB/T 18894-2016；GB/T 33190-2016", usable.formats),
    Item("3-4", "内容数据可读性", "文件", "GB/T 18894-2016", usable.opening),
    Item("3-5", "软硬件环境记录", "信息系统描述", "DA/T 46-2009", usable.environment),
    _unknown("3-6"),
    _unknown("3-7"),
    Item("3-8", "压缩、加密", "文件", "GB/T 18894-2016", usable.plain),
    Item("4-1", "杀毒软件安装", "检测环境"),
    Item("4-2", "病毒检测", "移交信息包"),
    Item("4-3", "载体中多余文件", "移交载体"),
    Item("4-4", "载体可读性", "移交载体"),
    Item("4-5", "载体完好性", "移交载体"),
    Item("4-6", "光盘质量", "移交载体"),
    Item("4-7", "操作过程安全性", "移交过程"),
)  # fmt: skip
