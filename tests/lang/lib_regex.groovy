// ---- find and match operators
println(('abc' =~ /b/) ? 'found' : 'no')
println 'abc' ==~ /b/
println 'abc' ==~ /a.c/
// expect: found
// expect: false
// expect: true
// ---- groups
def m = 'key=value' =~ /(\w+)=(\w+)/
println m[0]
println m[0][1] + ' ' + m[0][2]
println m.matches() + ' ' + m.group(2) + ' ' + m.groupCount()
// expect: [key=value, key, value]
// expect: key value
// throws: MissingMethodException: No signature of method: java.lang.Boolean.plus() is applicable for argument types: (java.lang.String) values: [ ]
// ---- all matches
println(('a1b22' =~ /\d+/).collect { it })
println(('a1b22' =~ /([a-z])(\d+)/).collect { all, l, d -> l + d })
println 'a1b22'.findAll(/\d+/) + 'x=1,y=2'.findAll(/(\w)=(\d)/) { all, k, v -> k + v }
println(('a1b22' =~ /\d/).size() + ' ' + ('a1b22' =~ /\d/).count)
// expect: [1, 22]
// expect: [a1, b22]
// expect: [1, 22, x1, y2]
// expect: 3 3
// ---- find gives text or null
println 'foo123'.find(/\d+/) + ' ' + 'foo'.find(/\d/) + ' ' + 'foo123'.find(/o(\d)/) { all, d -> d }
// expect: 123 null 1
// ---- index out of range
def m = 'abc' =~ /x/
m[0]
// throws: IndexOutOfBoundsException: index is out of range 0..-1 (index = 0)
// ---- no match yet
def m = 'abc' =~ /x/
m.group()
// throws: IllegalStateException: No match found
// ---- named groups
def m = 'v1.2' =~ /v(?<major>\d)\.(?<minor>\d)/
println m.find() + ' ' + m.group('major') + ' ' + m.group('minor')
// throws: MissingMethodException: No signature of method: java.lang.Boolean.plus() is applicable for argument types: (java.lang.String) values: [ ]
// ---- Pattern
def p = ~/(?i)HELLO/
println p.class.simpleName + ' ' + p.matcher('say hello').find() + ' ' + ('hello' in p) + ' ' + p
println java.util.regex.Pattern.quote('a.b') + ' ' + 'a.b'.matches('a\\.b') + ' ' + java.util.regex.Pattern.matches('a+', 'aaa')
println java.util.regex.Pattern.compile('^b', java.util.regex.Pattern.MULTILINE).matcher('a\nb').find()
// expect: Pattern true true (?i)HELLO
// expect: \Qa.b\E true true
// expect: true
// ---- switch on a pattern
switch ('feature/x') {
    case ~/feature\/.*/: println 'feature'; break
    default: println 'other'
}
// expect: feature
// ---- malformed pattern throws
try {
    'a' =~ /(/
} catch (java.util.regex.PatternSyntaxException e) {
    println 'caught'
}
// expect: caught
// ---- Java's character classes
println 'aB3-é'.replaceAll(/\p{Alpha}/, 'x') + ' ' + 'a b'.replaceAll(/[\p{Space}]/, '_') + ' ' + 'abc'.replaceAll(/[a-c&&[^b]]/, '.') + ' ' + 'abcd'.replaceAll(/[a[cd]]/, '.')
// expect: xx3-é a_b .b. .b..
// ---- classes in classes: unions, negations, intersections
def all = { re -> ('a'..'f').findAll { it ==~ re }.join() + (':' ==~ re ? ':' : '') + ('\n' ==~ re ? 'N' : '') + ('[' ==~ re ? '[' : '') }
println([/[a[^b]]/, /[^a[^b]]/, /[a[b[^a-e]]]/, /[[^a-e]]/, /[[a-c&&b]e]/].collect(all))
println([/[a-d&&[^bc]]/, /[^a-d&&[bc]]/, /[a-f&&[^b]&&[^c]]/, /[a-d&&b-f&&[^c]]/, /[a-c&&[^b]b]/].collect(all))
println([/[[:alpha:]]/, /[a\[[^\]]]/, /[\Q[^\E[b]]/, /[^[ab]]/].collect(all))
// expect: [acdef:N[, b, abf:N[, f:N[, be]
// expect: [ad, adef:N[, adef, bd, abc]
// expect: [a:, abcdef:N[, b[, cdef:N[]
// ---- start and end
def m = 'hello world' =~ /wor/
m.find()
println m.start() + ' ' + m.end()
// expect: 6 9
// ---- appendReplacement
def m = 'a1b2' =~ /\d/
def sb = new StringBuffer()
while (m.find()) m.appendReplacement(sb, "<${m.group()}>")
m.appendTail(sb)
println sb
// expect: a<1>b<2>
// ---- split by a pattern
println 'a, b;c'.split(/[,;]\s*/).toList() + (~/-/).split('1-2').toList()
// expect: [a, b, c, 1, 2]
// ---- eachMatch
'a1b2'.eachMatch(/\d/) { print it }
println()
// expect: 12
// ---- dot and line ends
println(('a\nb' =~ /a.b/).find() + ' ' + ('a\nb' =~ /(?s)a.b/).find() + ' ' + ('x\n' =~ /x$/).find())
// throws: MissingMethodException: No signature of method: java.lang.Boolean.plus() is applicable for argument types: (java.lang.String) values: [ ]
// ---- an illegal group reference
'a'.replaceAll('a', '$1')
// throws: IndexOutOfBoundsException: No group 1
