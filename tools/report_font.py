"""Makes `ui/assets/fonts`: Noto Sans SC in two weights, cut down to what a report can hold.

    npm pack @expo-google-fonts/noto-sans-sc@0.4.3
    tar xzf expo-google-fonts-noto-sans-sc-0.4.3.tgz
    python tools/report_font.py package

The package holds Google's unchanged TrueType files and their licence, the SIL Open Font License 1.1. The
same files give the same bytes. Packed with xz, which unpacks in a twentieth of a second; woff2 takes two.
"""

import lzma
import shutil
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

OUT = Path(__file__).parents[1] / "ui" / "assets" / "fonts"
WEIGHTS = {"400Regular/NotoSansSC_400Regular.ttf": "400", "700Bold/NotoSansSC_700Bold.ttf": "700"}
RANGES = (
    (0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x2027), (0x2030, 0x203B), (0x20AC, 0x20AC), (0x2100, 0x214F),
    (0x2150, 0x218F), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2460, 0x2473), (0x2500, 0x25FF),
    (0x2600, 0x2606), (0x2713, 0x2717), (0x3000, 0x301F), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF),
)  # fmt: skip
"Latin, punctuation, currency, numerals, arrows, mathematics, ①–⑳, boxes, Chinese punctuation, full width."
NAMES = (
    "喆堃垚垟犇赟珺玥玦珅珣珮珯琇琍琤琯瑀瑄璘璟祎祙祐翀芃苾彧昇昉昰旻旸旼晞暐曈曌枓柊栢栞梽椿槑浛洺湉濛濬"
    "炆焜燊燚煊甪瓛甯睿矞禛禤祺竑竣笪筱篪羑翊翯脩臻芮芷茜荇莜菡萱蓁蓥蔻薏薇虓蜞衎袆裪訚诩谡赉跶轶迺迮邈邰"
    "鄢鄯鋆钰铄铖锟镕镛镝閎闳陞霁霈靓靖頔颉颋颛飏飒驦骁骅骞骢鲲鸢鸾麒麟黻黼龑龢峤崟嵘婳媞姞妤妍姮婠嫄孖宥宸寔"
    "彣愔憬懋囍囧卍卐啰啫嘅嘢咁咗嗰噏瞭砲瘆癒冇哋嫑孃餸佢嚟喺唔咩噶嘞仔"
)
"Of people, places and dialects, beyond GB 2312."


def gb2312() -> Iterator[int]:
    """Every character of GB 2312."""
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield ord(bytes((row, cell)).decode("gb2312"))
            except UnicodeDecodeError:
                continue


def wanted() -> set[int]:
    """The code points kept."""
    ranges = (point for first, last in RANGES for point in range(first, last + 1))
    return {*gb2312(), *ranges, *map(ord, NAMES)}


def cut(source: Path, target: Path) -> None:
    """One weight: outlines and widths, none of the features for layout."""
    font = TTFont(source, recalcTimestamp=False)
    options = Options(layout_features=[], hinting=False, notdef_outline=True, recalc_timestamp=False)
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "STAT", "vhea", "vmtx", "prep", "gasp"]
    cutter = Subsetter(options)
    cutter.populate(unicodes=wanted())
    cutter.subset(font)
    made = BytesIO()
    font.save(made)
    target.write_bytes(lzma.compress(made.getvalue(), preset=9 | lzma.PRESET_EXTREME))


def main(package: Path) -> None:
    """Write both weights and the licence."""
    OUT.mkdir(parents=True, exist_ok=True)
    for source, weight in WEIGHTS.items():
        target = OUT / f"NotoSansSC-{weight}.ttf.xz"
        cut(package / source, target)
        sys.stdout.write(f"{target.name} {target.stat().st_size:,} bytes\n")
    shutil.copyfile(package / "LICENSE_FONT", OUT / "OFL.txt")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
