// XmlSlurper, XmlParser, MarkupBuilder.
// ---- paths and attributes
def x = new XmlSlurper().parseText('<p v="1"><d id="a"><n>x</n></d><d id="b"><n>y</n></d></p>')
println x.@v
println x.d[1].n
println x.d.@id*.toString()
println x.d.find { it.@id == 'b' }.n.text()
println x.d.findAll { it.n == 'x' }.size()
println x.d.collect { it.n.text() }
println x.'**'.findAll { it.name() == 'n' }*.text()
println x.d.n.text() + x.children().size() + x.name() + x.d[0].parent().name()
println x.nothing.text().isEmpty()
// expect: 1
// expect: y
// expect: [a, b]
// expect: y
// expect: 1
// expect: [x, y]
// expect: [x, y]
// expect: xy2pp
// expect: true
// ---- a pom with a namespace
def pom = new XmlSlurper().parseText('''<?xml version="1.0"?>
<!-- c --><project xmlns="http://maven.apache.org/POM/4.0.0"><version>1.2&amp;3</version>
<dependencies><dependency><artifactId>a</artifactId></dependency></dependencies><d><![CDATA[<raw>]]></d></project>''')
[pom.version, pom.dependencies.dependency.artifactId, pom.d].join(' ')
// value: 1.2&3 a <raw>
// ---- numbers
def x = new XmlSlurper().parseText('<a><n>42</n></a>')
[x.n.toInteger() + 1, x.n.toBigDecimal(), x.n == '42', x.n as String]
// value: [43, 42, true, 42]
// ---- parser
def n = new XmlParser().parseText('<a x="1"><b k="2">t</b><b>u</b><c/></a>')
println n.b.size() + ' ' + n.@x + ' ' + n.b[0].text() + ' ' + n.b[0].@k + ' ' + n.name() + ' ' + n.b*.text() + ' ' + n.children().size()
println n.b.find { it.@k == '2' }.text()
n.appendNode('d', [q: 1], 'v')
println n.d.text() + n.d[0].attributes()
// expect: 2 1 t 2 a [t, u] 3
// expect: t
// expect: v[q:1]
// ---- malformed
new XmlSlurper().parseText('<a><b></a>')
// throws: SAXParseException
// ---- empty
new XmlParser().parseText('')
// throws: SAXParseException
// ---- builder
def w = new StringWriter()
new groovy.xml.MarkupBuilder(w).root(a: 1) {
    item('x < y', id: 'i')
    empty()
    deep { leaf(2) }
}
println w
// expect: <root a='1'>
// expect:   <item id='i'>x &lt; y</item>
// expect:   <empty />
// expect:   <deep>
// expect:     <leaf>2</leaf>
// expect:   </deep>
// expect: </root>
