// ---- trim and blanks
println "[${'  a b '.trim()}] [${'a'.padLeft(3)}] [${'a'.padRight(3, '*')}] [${'a'.center(5, '-')}]"
// expect: [a b] [  a] [a**] [--a--]
// ---- case
println 'hello world'.capitalize() + ' ' + 'ABC'.toLowerCase() + ' ' + 'abc'.toUpperCase() + ' ' + 'äöü'.toUpperCase() + ' ' + 'Abc'.uncapitalize()
// expect: Hello world abc ABC ÄÖÜ abc
// ---- split drops trailing empties
println 'a,b,,c,,'.split(',').toList()
println 'a,b,,c,,'.split(',', -1).toList()
println 'a1b22c'.split(/\d+/) as List
println ' a  b c '.split().toList()
println 'abc'.split('').toList()
// expect: [a, b, , c]
// expect: [a, b, , c, , ]
// expect: [a, b, c]
// expect: [a, b, c]
// expect: [a, b, c]
// ---- tokenize
println 'a,b,,c,'.tokenize(',') + 'a b\tc'.tokenize() + 'a-b_c'.tokenize('-_')
// expect: [a, b, c, a, b, c, a, b, c]
// ---- replace
println 'a.b.c'.replace('.', '-') + ' ' + 'a.b'.replaceAll('.', 'x') + ' ' + 'aXbX'.replaceFirst('X', '') + ' ' + 'foo'.replaceAll(/(o)/, '<$1>')
println 'a1b2'.replaceAll(/(\w)(\d)/, '$2$1') + ' ' + 'a'.replaceAll('a', '\\$')
// expect: a-b-c xxx abX f<o><o>
// expect: 1a2b $
// ---- replaceAll with a closure
println 'a1b2'.replaceAll(/\d/) { (it as int) + 1 }
println 'k=v;x=y'.replaceAll(/(\w)=(\w)/) { all, k, v -> "$v=$k" }
// expect: a2b3
// expect: v=k;y=x
// ---- index and parts
println([ 'hello'.indexOf('l'), 'hello'.lastIndexOf('l'), 'hello'.indexOf('z'), 'hello'.substring(1, 3), 'hello'[1], 'hello'[-1], 'hello'[1..3], 'hello'[0, 4]])
println 'hello'.contains('ell') + ' ' + 'hello'.startsWith('he') + ' ' + 'hello'.endsWith('lo')
// expect: [2, 3, -1, el, e, o, ell, ho]
// throws: MissingMethodException: No signature of method: java.lang.Boolean.plus() is applicable for argument types: (java.lang.String) values: [ ]
// ---- substring out of range
'abc'.substring(5)
// throws: StringIndexOutOfBoundsException: begin 5, end 3, length 3
// ---- getAt out of range
'abc'[5]
// throws: StringIndexOutOfBoundsException: begin 5, end 6, length 3
// ---- stripIndent
println """\
    a
      b

    c""".stripIndent()
// expect: a
// expect:   b
// expect:
// expect: c
// ---- stripMargin
println """|a
  |b
  c""".stripMargin()
// expect: a
// expect: b
// expect:   c
// ---- lines
println 'a\nb\r\nc'.readLines()
'x\ny'.eachLine { line, n -> println "$n $line" }
// expect: [a, b, c]
// expect: 0 x
// expect: 1 y
// ---- arithmetic of text
println 'abc' - 'b' + 'x' * 3 + 1 + null + [1]
println 'a' << 'b'
// expect: acxxx1null[1]
// expect: ab
// ---- negative repetition
'a' * -1
// throws: IllegalArgumentException: multiply() should be called with a number of 0 or greater not: -1
// ---- numbers in text
println(['true'.toBoolean(), 'Y'.toBoolean(), '1'.toBoolean(), 'no'.toBoolean(), '12'.isNumber(), '1.5'.isNumber(), 'x'.isNumber(), '1.5'.isBigDecimal()])
// expect: [true, true, true, false, true, true, false, true]
// ---- format
println String.format('%5d|%-5s|%05d|%,d|%.2f|%x|%X|%b|%c|%%|%s', 42, 'ab', 42, 1234567, 3.14159, 255, 255, true, 'c' as char, [1, 2])
println String.format('%2$s %1$s %1$s', 'a', 'b') + String.format('%08.3f|%+d|%e', 3.14159, 5, 12345.678d)
println sprintf('%s-%s', 1, 2) + ' ' + String.format('%s', (Object) null)
// expect:    42|ab   |00042|1,234,567|3.14|ff|FF|true|c|%|[1, 2]
// expect: b a a0003.142|+5|1.234568e+04
// expect: 1-2 null
// ---- format refuses a type
String.format('%d', 'x')
// throws: IllegalFormatConversionException: d != java.lang.String
// ---- format misses an argument
String.format('%s %s', 'x')
// throws: MissingFormatArgumentException: Format specifier '%s'
// ---- format rounds half up
println String.format('%.2f %.1f %.0f %.3f', 1.005d, 0.25d, 2.5d, 1.0005)
// expect: 1.01 0.3 3 1.001
// ---- reverse, count, lists
println 'abc'.reverse() + ' ' + 'banana'.count('a') + ' ' + 'abc'.toList() + ' ' + 'aab'.toSet().size() + ' ' + 'abc'.collect { it * 2 }
// expect: cba 3 [a, b, c] 2 [aa, bb, cc]
// ---- take and drop
println 'hello'.take(2) + ' ' + 'hello'.drop(3) + ' ' + 'hello'.take(99) + ' ' + 'hello'.takeWhile { it != 'l' } + ' ' + 'hello'.dropWhile { it != 'l' }
// expect: he lo hello he llo
// ---- comparisons
println(['a' <=> 'b', 'b'.compareTo('a'), 'A'.compareToIgnoreCase('a'), 'A'.equalsIgnoreCase('a'), 'a' == "${'a'}", 'a'.equals("${'a'}"), 'B' < 'a'])
// expect: [-1, 1, 0, true, true, false, true]
// ---- encodings
println 'hello'.bytes.encodeBase64().toString() + ' ' + new String('aGVsbG8='.decodeBase64()) + ' ' + URLEncoder.encode('a b&c=ü', 'UTF-8') + ' ' + URLDecoder.decode('a+b%26', 'UTF-8')
println Base64.encoder.encodeToString('hi'.getBytes('UTF-8')) + ' ' + new String(Base64.decoder.decode('aGk='))
// expect: aGVsbG8= hello a+b%26c%3D%C3%BC a b&
// expect: aGk= hi
// ---- unicode counts in UTF-16
println 'a中😀'.length() + ' ' + 'a中😀'.indexOf('😀') + ' ' + '中文'.reverse() + ' ' + '中文'[1] + ' ' + '中文'.getBytes('UTF-8').length
// expect: 4 2 文中 文 6
// ---- characters
println 'abc'.charAt(1).class.simpleName + ' ' + Character.isDigit('5' as char) + ' ' + Character.isLetter('x' as char) + ' ' + ('a' as char) + ('b' as char)
println(('a' as char) + 1)
// expect: Character true true ab
// expect: 98
// ---- next and ranges of text
println 'az'.next() + ' ' + 'b'.previous() + ' ' + ('a'..'e') + ' ' + ('a'..'e').step(2)
// expect: a{ a [a, b, c, d, e] [a, c, e]
// ---- StringBuilder
def sb = new StringBuilder('abc')
sb.append(1).append('x').insert(0, '>').deleteCharAt(1)
sb << 'end'
println sb.toString() + ' ' + sb.length() + ' ' + sb.reverse()
// expect: >bc1xend 8 dnex1cb>
// ---- tr and expand
println 'hello'.tr('el', 'ip') + ' ' + 'abc'.tr('a-c', 'A-C')
// expect: hippo ABC
// ---- hash codes of text
println(['a'.hashCode(), 'héllo'.hashCode(), ''.hashCode(), 'The quick brown fox'.hashCode()])
// expect: [97, 103094734, 0, -1739336029]
// ---- inspect
println(['a\n\'', 1, [b: 'c'], null].inspect())
// expect: ['a\n\'', 1, ['b':'c'], null]
// ---- join
println([1, null, 'a'].join('-') + ' ' + String.join(',', ['a', 'b']) + [].join(',') + '.')
// expect: 1-null-a a,b.
// ---- GString keeps its class
println("a${1}".class.simpleName + ' ' + ("a${1}" + 'b').class.simpleName + ' ' + ('b' + "a${1}").class.simpleName)
// expect: GStringImpl GStringImpl String
// ---- lazy GString
def n = 1
def s = "${-> n}"
n = 2
println s
// expect: 2
// ---- String of values
println String.valueOf(1) + String.valueOf(true) + String.valueOf([1]) + (null as String) + new String('x')
// expect: 1true[1]nullx
// ---- equality of builders and text
println new StringBuilder('a').toString() == 'a'
// expect: true
// ---- missing method of String
'abc'.nope()
// throws: MissingMethodException: No signature of method: java.lang.String.nope() is applicable for argument types: () values: []
