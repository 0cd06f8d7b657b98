"""Sentence material of tagging_en.jsonl, in the form of tagging_zh. Nobody and nothing in it exists."""

SLOTS = {
    "person": "Anna Lee; Ben Carter; Priya Nair; Tom Hale; Grace Muir; Omar Reed; Lucy Frost; Carlos Vega; Ivy Stone; Nora Quill; Leo Marsh; Maya Finch",
    "place": "Northport; Ashford Bay; Milltown; Greenhill; Westbrook; Kingsley; Lakeside; Redmoor; Stonebridge; Fairview; Heron Island",
    "organisation": "Starlight Technology; Blue Whale Labs; Farhill Capital; Harbor University; Union Trust Bank; Maple Motors; Iron Tower; Harbor United; City Gulls; Old Oak Foods; Red Lantern Films",
    "product": "Starlight X9; Whale Speaker; Maple E3; Heron Watch; Lark Buds; Pine Tablet; Polar Laptop; Finch Camera",
    "work": "Winter Letters; The Long Lamp; Platform Nine Below; Southern Wall; Old Mountains; Star Post Office",
    "_time": "yesterday; last week; this month; this spring; on Saturday; tonight; recently",
    "_much": "30 percent; half; a tenth; 20 million; two thirds; 8 percent",
    "_view": "fans are divided; the hall was full; details are still missing; many are excited; critics are not sure",
}
CLASSES = {
    "technology": """{organisation} launches {product!} {_time} with *fast charging* | launch;gadgets
{person} reviews {product!}: better *camera*, higher *price* | review;gadgets
{organisation} opens a *speech recognition* lab in {place} | ai;research
{product!} hit by a *security flaw*, {organisation} ships an *update* | security;gadgets
{person} of {organisation} says *language models* must save power | ai;opinion
*Chip shortage* delays {product!} again | launch;supply
*Delivery robots* arrive in {place}, run by {organisation} | ai;city
{organisation} opens the source of its *translation tool* | ai;open source""",
    "sport": """{organisation} beat {organisation} at home, {person} scores *two goals* | football;match
{person} joins {organisation} for a *transfer fee* of {_much} | transfer;football
{person} wins the *marathon* in {place} {_time} | running;match
*Injury* keeps {person} out as {organisation} lose away | injury;match
{place} will host the *youth basketball* cup, {_view} | basketball;youth
{organisation} sack *coach* {person} {_time} | coach;opinion
{person} breaks the *sprint record* and {place} celebrates | running;record""",
    "culture": """{work!} opens {_time}, director {person} talks about the *ending* | film;interview
{person} plays a sold-out *concert* in {place}, {_view} | music;show
*Box office* of {work!} by {organisation} up {_much} | film;figures
{person} and {person} star in the *period drama* {work!} | series;cast
First *album* of {person} tops the charts | music;charts
*Documentary* {work!} has its premiere in {place} | documentary;premiere
{organisation} answers rumours about the *contract* of {person} | artist;statement""",
    "business": """*Profit* of {organisation} grows {_much}, says {person} | results;company
{organisation} gets *funding* from {organisation} for a plant in {place} | funding;company
*House prices* in {place} fall {_much} {_time} | housing;city
{organisation} cuts *savings rates*, what now | rates;consumers
{person} becomes *chair* of {organisation} | people;company
*Shares* of {organisation} drop {_much} | stocks;company
*Merger* of {organisation} and {organisation} approved, {_view} | merger;company""",
    "travel": """*Cherry blossoms* are out in {place}, best seen {_time} | flowers;sights
From {place} to {place}: a *road trip* guide | roads;guide
{person} spent a month in a *guest house* in {place} | stay;story
*Night market* of {place} opens again, {_view} | night;city
New *fast train* to {place}, {organisation} expects {_much} more guests | trains;city
{place} in the rain: the *museum* and the old street | guide;sights
*Camping* near {place} with {person} and family | camping;family""",
}
ENDS = ["", "", "", ".", "!", "?", " - what do you think?"]
