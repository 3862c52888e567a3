// A kiosk in a virtual world (Linden Scripting Language; Second Life, and OpenSimulator where llHMAC is there).
// It shows the brand's newest post as hovering text, hands its link to whoever touches it, counts visits, and sends home what
// is said to it in the chat on channel 7 ("/7 Is it left-handed?").
//
// Fill in the two lines below from the place's page in Livingroom. KEY is what the secret's base64 stands for:
// take away "whsec_", then decode the rest (32 letters and digits). Keep the script without modify rights for others.

string HOME = "https://house.example.com/hooks/places/kiosk-plaza/";
string KEY = "0123456789abcdef0123456789abcdef";

integer CHANNEL = 7;
float EVERY_SECONDS = 60.0;

integer after = 0;         // the number behind which posts are new
string post_id = "";       // what is shown now
string post_link = "";
integer n_visits = 0;
key fetching = NULL_KEY;

// The three headers of Standard Webhooks. llHMAC answers in base64, as they want it.
list signed(string body)
{
    string id = (string)llGenerateKey();
    string at = (string)llGetUnixTime();
    string signature = "v1," + llHMAC(KEY, id + "." + at + "." + body, "sha256");
    return [HTTP_CUSTOM_HEADER, "webhook-id", id,
            HTTP_CUSTOM_HEADER, "webhook-timestamp", at,
            HTTP_CUSTOM_HEADER, "webhook-signature", signature];
}

// True when an answer was signed with our key: nobody else may write on the kiosk. The signature of the answer stands in a
// header that scripts cannot read, so posts are asked for over https only, where the certificate proves the house.
integer is_safe()
{
    return llSubStringIndex(HOME, "https://") == 0;
}

fetch_posts()
{
    if (!is_safe()) { llOwnerSay("HOME must begin with https://"); return; }
    fetching = llHTTPRequest(HOME + "posts/?limit=3&after=" + (string)after,
        [HTTP_METHOD, "GET", HTTP_BODY_MAXLENGTH, 16384] + signed(""), "");
}

tell(string body)
{
    llHTTPRequest(HOME, [HTTP_METHOD, "POST", HTTP_MIMETYPE, "application/json"] + signed(body), body);
}

string moment()
{
    return llGetTimestamp();   // such as 2009-11-20T10:30:00.123456Z
}

string person(key who)
{
    return llList2Json(JSON_OBJECT, ["id", (string)who, "name", llKey2Name(who)]);
}

tell_event(string kind, key who, string text)
{
    string event = llList2Json(JSON_OBJECT, [
        "id", (string)llGenerateKey(), "kind", kind, "at", moment(), "person", person(who), "text", text, "post", post_id]);
    tell(llList2Json(JSON_OBJECT, ["events", llList2Json(JSON_ARRAY, [event])]));
}

show(string posts)
{
    integer n = 0;
    string post = llJsonGetValue(posts, [n]);
    while (post != JSON_INVALID)
    {
        string id = llJsonGetValue(post, ["id"]);
        if (llJsonGetValue(post, ["is_deleted"]) == JSON_TRUE)
        {
            if (id == post_id) { post_id = ""; post_link = ""; llSetText("Welcome!", <1.0, 1.0, 1.0>, 1.0); }
        }
        else
        {
            post_id = id;
            post_link = llJsonGetValue(post, ["link"]);
            llSetText(llJsonGetValue(post, ["text"]), <1.0, 1.0, 1.0>, 1.0);
        }
        n += 1;
        post = llJsonGetValue(posts, [n]);
    }
}

default
{
    state_entry()
    {
        llSetText("Welcome!", <1.0, 1.0, 1.0>, 1.0);
        llListen(CHANNEL, "", NULL_KEY, "");
        llSetTimerEvent(EVERY_SECONDS);
        fetch_posts();
    }

    timer()
    {
        fetch_posts();
        // Figures are told for the day; the last telling counts.
        tell(llList2Json(JSON_OBJECT, ["figures", llList2Json(JSON_OBJECT, ["visits", n_visits, "on", llGetDate()])]));
    }

    touch_start(integer n)
    {
        n_visits += n;
        if (post_link != "" && post_link != JSON_INVALID) llLoadURL(llDetectedKey(0), "Read on", post_link);
    }

    listen(integer channel, string name, key who, string text)
    {
        if (post_id == "") tell_event("mention", who, text);
        else tell_event("reply", who, text);
    }

    http_response(key request, integer status, list metadata, string body)
    {
        if (status != 200) { llOwnerSay("Home answered " + (string)status + ": " + body); return; }
        if (request != fetching) return;
        string posts = llJsonGetValue(body, ["posts"]);
        if (posts == JSON_INVALID) return;
        show(posts);
        after = (integer)llJsonGetValue(body, ["next"]);
    }

    on_rez(integer number) { llResetScript(); }
}
