// Methods of texts.
// ---- hello world chars
['hello world'.chars]
// value: [hello world]
// ---- hello world toCharArray
['hello world'.toCharArray()]
// value: [hello world]
// ---- hello world eachLine print it
['hello world'.eachLine{print it}]
// expect: hello world
// value: [null]
// ---- hello world eachLine l n print n l
['hello world'.eachLine{l,n->print n+l}]
// expect: 0hello world
// value: [null]
// ---- hello world eachLine 5 l n print n l
['hello world'.eachLine(5){l,n->print n+l}]
// expect: 5hello world
// value: [null]
// ---- hello world splitEachLine print it
['hello world'.splitEachLine(","){print it}]
// expect: [hello world]
// value: [null]
// ---- hello world find b a b c b c
['hello world'.find(/(b)(.)/){a,b,c->b+c}]
// value: [null]
// ---- hello world find zz
['hello world'.find("zz")]
// value: [null]
// ---- hello world asType int
['hello world'.asType(int)]
// throws: NumberFormatException: For input string: "hello world"
// ---- hello world asType char
['hello world'.asType(char)]
// value: [h]
// ---- hello world decodeHex
['hello world'.decodeHex()]
// throws: NumberFormatException: odd number of characters in hex string
// ---- hello world unexpand
['hello world'.unexpand()]
// value: [hello world]
// ---- hello world unexpandLine 4
['hello world'.unexpandLine(4)]
// value: [hello world]
// ---- hello world expandLine 4
['hello world'.expandLine(4)]
// value: [hello world]
// ---- hello world getChars
['hello world'.getChars()]
// value: [hello world]
// ---- hello world codePointCount 0 1
['hello world'.codePointCount(0,1)]
// value: [1]
// ---- hello world codePoints count
['hello world'.codePoints().count()]
// value: [11]
// ---- hello world chars count
['hello world'.chars().count()]
// value: [11]
// ---- hello world regionMatches 0 he 0 2
['hello world'.regionMatches(0,"he",0,2)]
// value: [true]
// ---- hello world regionMatches true 0 HE 0 2
['hello world'.regionMatches(true,0,"HE",0,2)]
// value: [true]
// ---- hello world bitwiseNegate
['hello world'.bitwiseNegate()]
// value: [hello world]
// ---- hello world leftShift x class simpleName
['hello world'.leftShift("x").class.simpleName]
// value: [StringBuffer]
// ---- hello world startsWithAny h a
['hello world'.startsWithAny("h","a")]
// value: [true]
// ---- hello world endsWithAny d
['hello world'.endsWithAny("d")]
// value: [true]
// ---- hello world translateEscapes
['hello world'.translateEscapes()]
// value: [hello world]
// ---- find b z
[''.find(/[b-z]+/)]
// value: [null]
// ---- find it l
[''.find{it=="l"}]
// value: [null]
// ---- join
[''.join("-")]
// value: []
// ---- toURI host
[''.toURI().host]
// value: [null]
// ---- splitEachLine a b print b
[''.splitEachLine(/,/){a,b->print b}]
// value: [null]
