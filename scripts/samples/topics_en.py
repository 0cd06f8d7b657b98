"""Sentence material of topics_en.csv: what customers of a made-up web shop ask. Written for Inkstone."""

SPACE = " "
COMMA = ", "
JOINERS = [", ", ". ", " ", "? "]
ENDS = ["?", ".", "!", "...", " :(", "??", " please"]
SHARES = {
    "shipping": 0.17,
    "returns": 0.16,
    "payment": 0.12,
    "account": 0.11,
    "invoice": 0.08,
    "product": 0.16,
    "promotion": 0.1,
    "complaint": 0.1,
}
HARMLESS = ""
HALVES = 0.3
SHORTEST = 6
QUOTED = 0.0
MASKED = 0.5
DISGUISED = 0.0
DISGUISES: dict[str, str] = {}
QUOTING = ""
TERM_SHARE = 0.24

SLOTS = {
    "goods": "jacket; desk lamp; rice cooker; earbuds; suitcase; running shoes; bookshelf; mattress; coffee maker; humidifier; car seat; keyboard; umbrella; frying pan; jeans; yoga mat; phone case; face wash; dog food; puzzle",
    "time": "yesterday; on Monday; last week; three days ago; this morning; on the tenth; a week ago; just now",
    "later": "tomorrow; before the weekend; tonight; next week; by Friday",
    "name": "Anna; Mr Lee; agent Tom; the manager; my mother; a colleague",
    "city": "Northport; Ashford Bay; Milltown; Greenhill; Westbrook; Lakeside; Stonebridge",
    "money": "$59; $128; $399; $20; $8.80; £260",
    "order": "order A0001; my order; the second order; that order; the preorder",
    "past": [
        "the parcel came yesterday",
        "the refund arrived",
        "I already paid",
        "my password works again",
        "I have the invoice",
        "the size is clear",
        "I used the coupon",
        "my last complaint was handled well",
        "I saw the tracking",
        "the exchange was sent",
        "I can log in now",
        "I read the terms of the sale",
        "I received the {goods}",
        "the address is changed",
        "the company name is filled in",
    ],
}

OPENERS = """Hi,
Hello,
Excuse me,
Hey,
Good morning,
Question:
Urgent,
This is {name},
About {order},
Sorry,
Regular customer here,
"""

CLOSERS = """thanks
please answer soon
I am waiting
need it {later}
can you check
what can I do
many thanks
I live in {city}
give me a clear answer
is that right
"""

MASKING = """{past}, now my question: {core}
{past}, but {core}
Nothing else, just {core}
{past}, besides {core}
Although {past}, {core}
{core}, by the way {past}
{name} says {past}, yet {core}
First, {past}. {core}
"""

CORES = {
    "shipping": """the {goods} left {time}, why is it not here
my parcel sits in {city} for three days
can you speed up the delivery
{order} says delivered, I got nothing
can I change the address, I moved to {city}
when does it reach {city}
please deliver {later}
it went to a pickup point and nobody told me
the tracking number finds nothing
can you use another carrier
the driver does not answer the phone
can the {goods} and {order} go together
do you ship abroad, how many days
it is out of stock, when will it leave
can they carry it upstairs
ordered {time}, still in the warehouse
I think it went to the wrong city
leave it at the door, nobody is home
two parcels, only one came
will the snow delay it
""",
    "returns": """the {goods} is too small, I want a larger one
I do not like the colour, can I send it back
the {goods} broke after two days, I want a new one
how do I ask for a return
who pays the way back
what is the address for sending it back
when do I get the money for {order}
sent it back a week ago, no money yet
the tag is off, can I still return
it does not look like the picture, take it back
a part is missing, send it or refund me
how long does an exchange take
I clicked wrong, cancel the return
I lost the gift, does it change the refund
can I give back one {goods} only
the box is open, may I exchange
it is faulty, do you collect it
where does the refund go
refund the difference, I keep it
is the replacement under warranty too
""",
    "payment": """the payment fails all the time
I was charged twice
my card has a limit, {money} does not go through
can I pay on delivery
how do I choose instalments
the checkout page does not load
money is gone, {order} still says unpaid
do you take wallet payments
the pin is right, it says error
what is your bank account for a transfer
can a friend pay for me
can I split it over two cards
what is the fee for three instalments
the connection dropped while paying
do you accept foreign cards
how do I turn off one click payment
charged {money} more than the price
I paid the deposit, where is the rest due
can I use a gift card here
the bank code never comes
""",
    "account": """I cannot log in, wrong password it says
new phone number, how do I change it
my profile is locked
please delete my profile
the login message never comes
how do I change my nickname
can you merge two profiles
someone logged in from {city}
the identity check fails
how do I sign out other devices
my member level did not rise
are my points gone
I forgot the user name
after social login my orders are missing
how do I set a default address
where do I turn off text messages
my birthday is wrong
how do I add a family member
how long does the photo check take
I cannot answer the security question
""",
    "invoice": """can I have an invoice
the company name is wrong, issue it again
where was the electronic invoice sent
I need a tax invoice, what do you require
the invoice shows another amount
an invoice for {order}, afterwards
can you post a paper invoice
can the line say office supplies
the tax number is wrong
can I still get one for last year
put two orders on one invoice
the download of the invoice fails
change it from private to company
how long does an invoice take
how do you cancel a bill
can shipping be on the bill as well
""",
    "product": """is the {goods} in stock
I am six feet tall, which size
what is the {goods} made of
what differs between these two
is it safe for the dishwasher
is it good for seniors
how long does the battery last
how heavy is the {goods}
do you have it in blue
does the colour fade
when does it expire
do I have to assemble it
is it loud
do you sell the parts alone
is it the new model or last year's
does it fit my {goods}
may pregnant women use it
will it fit in a small room
when is it back
does it come with a manual
is the {goods} waterproof
where is it made
""",
    "promotion": """the coupon does not work
how is the discount counted
when is the {goods} on sale
where is the welcome gift
is the preorder cheaper
when does the sale end
can you go {money} lower
my voucher expired, can I get another
buy two get one, which one
is there extra off for members
the price dropped, do you match it
the group deal lacks one person
when does the flash sale start
how much are my points worth
is there a student price
can I combine codes
where are the results of the draw
is the free gift the one in the picture
""",
    "complaint": """your agent was rude
I waited an hour and nobody came
{name} promised and now denies it
the driver threw my {goods} into the rain, I complain
false advertising, I will report you
I asked the same thing three times
I left a bad review and now they call me
it is dangerous, I cut my hand
you gave away my phone number
the seller insulted me, I have pictures
I do not accept this decision
get me your supervisor
you promised {money} and nothing came
an answer in a day you said, it is three
forced to buy a {goods} with it, unfair
it is a fake, I go to the platform
you changed the price on the page, dishonest
solve it or I call the consumer line
""",
}

FRAMES = """about {term}
what is going on with {term}
a problem with {term}
I want to ask about {term}
please explain {term}
{term} of the {goods}
{order}, {term}
{term}, I asked {time}
still {term}
where do I see {term}
please check {term}
{term} is not right
{name} told me to ask about {term}
{term}, will it be fine {later}
now I have {term}
"""

TERMS = {
    "shipping": "late dispatch; transit hub; pickup time; waybill; locker code; bulky freight; cold chain; customs status; collection point; delivery area; lost box; damaged on arrival; rerouting; refused box; stock transfer; express option; evening slot; parcel weight; remote area; combined dispatch; courier position; wrong floor; house number; which warehouse; days on the road; arrival text",
    "returns": "cooling-off period; refund status; size swap; home collection; missing screws; wrong item; repair; return label; quality check; closed case; trade-in; refurbished unit; bent on arrival; loose seam; faded replacement; price difference back; late return; second swap; lost box lid; worn traces; service point; warranty card; colour mismatch; opened seal",
    "payment": "the balance due; double charge; instalment fee; paying for others; card limit; bank transfer; checkout error; saved card; wallet refused; credit card refused; preauthorisation; one click; foreign card; exchange rate; payment pin; change due; gift card balance; pay later; bank plugin; card link failed; removing a card; pending amount; transaction number; direct debit",
    "account": "phone change; identity check; deletion; forgotten user name; strange login; face check; ban; unlocking; nickname refused; sub-user; family members; privacy settings; app permissions; signed-in devices; member level; growth points; followed list; social login; email check; weak password notice; empty wish list; browsing history; child mode; mute messages; avatar; sign-up error",
    "invoice": "tax invoice; plain receipt; company name line; tax number; credit note; electronic bill; bill details; billed amount; posting the bill; later billing; joint bill; void bill; expense proof; bank details on the bill; VAT id; bill download; VAT rate; last year's bill; private bill; pro forma",
    "product": "fabric; size chart; battery life; wattage; waterproof rating; thickness; cut; capacity; compatible models; origin; ingredients; shelf life; hole spacing; noise level; colour code; lining; manual; charging port; age range; washing advice; lens strength; sugar content; load limit; memory; stretch; scent; sole height; screen size; box contents; new and old version",
    "promotion": "bundle discount; welcome gift; price match; group deal; flash sale; free gift; member discount; promo code; preorder bonus; points value; member day; prize draw; birthday treat; encore sale; cross-shop offer; allowance; check-in reward; referral bonus; purchase limit; student price; two for one; early bird; voucher; haggling game; lucky bag; livestream price",
    "complaint": "rude staff; cheating customers; nuisance calls; leaked data; passing the buck; false claims; fake goods; canned answers; broken promises; hidden fees; forced bundle; threats over a review; safety hazard; unpaid compensation; unfair terms; no supervisor; stalling; discrimination; useless robot; denial; hung up on me; ignored report; price fraud; consumer office",
}
