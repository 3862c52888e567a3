"""What the crawler list misses or takes for a machine by mistake. Change OVERLAY with the list: it is part of the version."""

import re

OVERLAY = "1"

# Services that fetch a link to draw a card for it. The list knows them as crawlers, or not at all.
PREVIEWS = re.compile(
    r"cardyb|facebookexternalhit|facebookcatalog|facebot|meta-externalfetcher|whatsapp/|telegrambot|twitterbot|"
    r"slackbot|slack-imgproxy|linkedinbot|discordbot|redditbot|skypeuripreview|vkshare|snap url preview|iframely|embedly|"
    r"synapse[ /]|mattermost-bot|mastodon/|pleroma|akkoma|misskey/|firefish/|sharkey/|summalybot|lemmy/|friendica|"
    r"peertube|pixelfed|gotosocial|hubzilla|zulipurlpreview|^viber/|^tumblr/|xing-contenttabreceiver|pinterest/\d|"
    r"pinterestbot|line-poker|kakaotalk-scrap|rocket\.chat|urlpreview|link ?preview|nuzzel|flipboardproxy|bluesky"
)

# Machines that say so in a way of their own.
BOTS = re.compile(
    r"phantomjs|zgrab|^mozilla/[45]\.0$|^mozilla/[45]\.0 \(compatible;?\)$|puppeteer|playwright|cypress/"
)

# Browsers inside apps: each also carries what looks like a service's name, and a person's finger.
IN_APP_BROWSERS = re.compile(
    r"\[fb(an|_iab)|\bfban/|\bfbav/|\binstagram \d|twitter for (iphone|ipad|android)|\[linkedinapp\]|\[pinterest/(ios|android)\]|"
    r"snapchat/\d|bytedancewebview|musical_ly|\btrill_\d|micromessenger/|\bline/\d|kakaotalk \d"
)

# The model of an Android phone may be called CUBOT X50, M bot 60 or IDbot553: only the rest of the agent can accuse.
_ANDROID_DEVICE = re.compile(r"\((Linux; (?:U; )?Android [\d.]+)[^()]*(?:\([^()]*\)[^()]*)?\)")
_TIKTOK_PAGE = re.compile(r"\S*thirdLandingPageFeInfra\S*")


def without_harmless_names(agent: str) -> str:
    """The agent without the parts that are a phone's or a page's name."""
    if "http" not in agent and "@" not in agent and "compatible" not in agent:
        agent = _ANDROID_DEVICE.sub(r"(\1)", agent, count=1)
    return _TIKTOK_PAGE.sub("", agent)
