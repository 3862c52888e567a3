"""What X takes for a web address: with https:// before it, or a bare name that ends like one. Pure."""

import re

# Endings that make a bare name an address: every country's two letters, and the common ones. A rare ending without
# https:// before it is weighed as text; then X, which knows more of them, may find a post a few letters too long.
_COUNTRIES = (
    "ac|ad|ae|af|ag|ai|al|am|ao|aq|ar|as|at|au|aw|ax|az|ba|bb|bd|be|bf|bg|bh|bi|bj|bm|bn|bo|br|bs|bt|bw|by|bz|ca|cc|cd|cf|cg|"
    "ch|ci|ck|cl|cm|cn|co|cr|cu|cv|cw|cx|cy|cz|de|dj|dk|dm|do|dz|ec|ee|eg|er|es|et|eu|fi|fj|fk|fm|fo|fr|ga|gb|gd|ge|gf|gg|gh|"
    "gi|gl|gm|gn|gp|gq|gr|gs|gt|gu|gw|gy|hk|hm|hn|hr|ht|hu|id|ie|il|im|in|io|iq|ir|is|it|je|jm|jo|jp|ke|kg|kh|ki|km|kn|kp|kr|"
    "kw|ky|kz|la|lb|lc|li|lk|lr|ls|lt|lu|lv|ly|ma|mc|md|me|mg|mh|mk|ml|mm|mn|mo|mp|mq|mr|ms|mt|mu|mv|mw|mx|my|mz|na|nc|ne|nf|"
    "ng|ni|nl|no|np|nr|nu|nz|om|pa|pe|pf|pg|ph|pk|pl|pm|pn|pr|ps|pt|pw|py|qa|re|ro|rs|ru|rw|sa|sb|sc|sd|se|sg|sh|si|sj|sk|sl|"
    "sm|sn|so|sr|ss|st|su|sv|sx|sy|sz|tc|td|tf|tg|th|tj|tk|tl|tm|tn|to|tr|tt|tv|tw|tz|ua|ug|uk|us|uy|uz|va|vc|ve|vg|vi|vn|vu|"
    "wf|ws|ye|yt|za|zm|zw"
)
_COMMON = (
    "com|net|org|edu|gov|mil|int|info|biz|name|pro|aero|coop|museum|mobi|jobs|travel|cat|tel|asia|post|xxx|academy|agency|app|"
    "art|auto|bar|beauty|berlin|best|bet|bike|bio|blog|boutique|build|business|cafe|cam|camera|camp|capital|car|cards|care|"
    "cars|cash|casino|center|chat|church|city|click|clinic|clothing|cloud|club|coffee|community|company|computer|construction|"
    "consulting|cool|credit|data|dating|deals|delivery|dental|design|dev|digital|direct|directory|dog|domains|download|earth|"
    "education|email|energy|engineering|events|exchange|expert|express|family|fans|farm|fashion|film|finance|fish|fit|fitness|"
    "flights|fm|foundation|fun|fund|furniture|fyi|gallery|game|games|garden|gift|gifts|global|gold|golf|graphics|green|group|"
    "guide|guru|health|help|holiday|homes|host|hotel|house|immo|industries|ink|institute|insurance|international|jewelry|kids|"
    "kitchen|land|law|legal|life|link|live|loan|london|lol|love|ltd|market|marketing|media|menu|moda|mobi|moe|money|monster|"
    "movie|music|network|news|ninja|nyc|one|online|organic|page|paris|parts|party|pet|photo|photography|photos|pics|pizza|"
    "place|plus|press|productions|property|pub|recipes|red|rent|repair|report|rest|restaurant|review|reviews|rocks|run|sale|"
    "school|science|services|sex|shoes|shop|shopping|show|site|ski|social|software|solar|solutions|space|sport|store|studio|"
    "style|support|surf|systems|tattoo|tax|team|tech|technology|tennis|tips|today|tools|top|tours|town|toys|trade|training|"
    "university|vacations|ventures|video|vip|vision|voyage|watch|webcam|website|wedding|wiki|win|wine|work|works|world|wtf|xyz|"
    "yoga|zone"
)
_ACCENTED = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0400-\u04ff"
_IN_PATH = rf"[a-z0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{_ACCENTED}]"
_ENDS_PATH = rf"[a-z0-9=_#/+\-{_ACCENTED}]"
_BRACKETS = rf"\({_IN_PATH}+\)"
_PATH = rf"(?:/(?:(?:{_IN_PATH}|{_BRACKETS})*(?:{_ENDS_PATH}|{_BRACKETS}))?)?"
_QUERY = r"(?:\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/])?"
_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_LATIN = "a-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_LATIN_LABEL = rf"[{_LATIN}](?:[{_LATIN}_-]*[{_LATIN}])?"
_NOT_IN_A_WORD = r"(?<![a-z0-9@＠$#＃])"
_NAME_ENDS = r"(?![a-z0-9@])"
_WITH_SCHEME = (
    rf"{_NOT_IN_A_WORD}https?://(?:{_LABEL}\.)+(?:xn--[a-z0-9-]+|[a-z]{{2,63}}|[^\W\d_a-z]{{2,}}){_NAME_ENDS}"
)
_BARE = (
    rf"(?<![{_LATIN}@＠$#＃_./-])(?:{_LATIN_LABEL}\.)+(?:{_COUNTRIES}|{_COMMON}){_NAME_ENDS}(?!\.[a-z0-9])"
)

ADDRESS = re.compile(rf"(?:{_WITH_SCHEME}|{_BARE})(?::[0-9]+)?{_PATH}{_QUERY}", re.IGNORECASE)
