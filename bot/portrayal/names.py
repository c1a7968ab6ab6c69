"""People named in a sentence: 陈律师, 老何, 小孙, 王总. By surname and title: 老板 and 小事 are nobody."""

import re

_USUAL = (
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾魏薛叶阎余潘杜戴夏钟汪姜范"
    "姚谭廖邹熊陆郝崔邱秦江顾侯邵孟钱汤尹黎贺赖龚庞樊殷洪翟颜倪严芦季俞鲁葛韦毕聂焦柳邢沿梅齐谢"
)
_RARE = (
    "高马于丁任方石金孔白康毛史龙万段雷易常武乔文兰施陶安牛温章伍申尤丛向路岳莫庄辛管祝左涂谷祁舒耿牟卜詹关苗凌费"
    "纪靳盛童欧甄项曲游阳裴席卫查屈鲍覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华冉房边辜吉饶刁瞿戚丘古池滕佟佘"
)
_TITLES = (
    "董事长|总监|总|科长|处长|局长|院长|店长|站长|队长|组长|班长|经理|主任|主管|律师|先生|小姐|女士|太太|师傅|老师|医生|大夫"
    "|护士|记者|会计|工程师|警官|阿姨|叔叔|姐|哥|叔|姨|嫂|婶|伯|董|工"
)
_NOBODY = "别总太很挺多再不好还老怎么越那这"
"After these 老 is no address: 别老谢, 总老成."
NAME = re.compile(
    rf"[{_USUAL}](?:{_TITLES})|(?<![\u4e00-\u9fff])[{_RARE}](?:{_TITLES})"
    rf"|(?<![{_NOBODY}])(?!小钱)[老小阿][{_USUAL}{_RARE}](?![\u4e00-\u9fff]?(?:常|归|成|时|路|位|金|米|车|房))"
    rf"|姓[{_USUAL}{_RARE}]"
)


def names(text: str) -> list[str]:
    """Everybody named, as written."""
    return [found.group() for found in NAME.finditer(text)]
