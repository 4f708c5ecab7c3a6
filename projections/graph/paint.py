"""The colours of standings in a drawn graph; each node also says its standing in words."""

from __future__ import annotations

PLAIN = "#ffffff"
FILLS = {
    "现行有效": "#e3f1e1",
    "部分生效": "#eef5d6",
    "暂停执行": "#fdf0d0",
    "待公布": "#e4edf7",
    "尚未生效": "#e4edf7",
    "废止": "#e6e6e6",
    "失效": "#e6e6e6",
    "撤销": "#f6dcd9",
}
