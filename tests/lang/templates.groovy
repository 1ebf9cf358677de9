// Template engines, ConfigSlurper, GroovyShell, JsonBuilder.
// ---- made twice
def t = new groovy.text.GStringTemplateEngine().createTemplate('$x-${x * 2}')
[t.make(x: 1).toString(), t.make(x: 2).toString()]
// value: [1-2, 2-4]
// ---- a missing name
new groovy.text.SimpleTemplateEngine().createTemplate('${nope}').make([:]).toString()
// throws: MissingPropertyException: No such property: nope
// ---- config
def c = new ConfigSlurper('prod').parse('''
app { name = 'x'; port = 80
  db { url = "u:$port" } }
top.level = 3
environments { dev { app.port = 1 }; prod { app.port = 443 } }
''')
[c.app.name, c.app.port, c.top.level, c.app.db.url, c.flatten().size()]
// value: [x, 443, 3, u:80, 4]
// ---- shell
def b = new Binding([x: 3])
[new GroovyShell(b).evaluate('y = x * 2; y + 1'), b.y, Eval.me('1 + 1'), Eval.x(2, 'x ** 3')]
// value: [7, 6, 2, 8]
// ---- json
def b = new groovy.json.JsonBuilder()
b.build { name 'n'; tags(['a', 'b']); nested { k 1 } }
println b
println new groovy.json.JsonBuilder([a: 1]).toPrettyString()
// expect: {"build":{"name":"n","tags":["a","b"],"nested":{"k":1}}}
// expect: {
// expect:     "a": 1
// expect: }
// ---- expando
def e = new Expando(a: 1, twice: { it * 2 })
e.b = 5
[e.a, e.b, e.twice(4), e.zzz]
// value: [1, 5, 8, null]
// ---- json
def b = new groovy.json.JsonBuilder()
b.build { name 'n'; tags(['a', 'b']); nested { k 1 } }
println b
println new groovy.json.JsonBuilder([a: 1]).toPrettyString().readLines().size()
// expect: {"build":{"name":"n","tags":["a","b"],"nested":{"k":1}}}
// expect: 3
