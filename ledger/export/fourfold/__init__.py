"""The four-nature test 四性检测 of an archive package: 真实性、完整性、可用性、安全性 by the items of DA/T 70-2018."""
