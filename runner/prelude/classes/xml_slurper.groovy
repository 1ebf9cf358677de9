// XmlSlurper reads a document whole into XmlItems; gpath.groovy walks them. Prefixes of namespaces are
// dropped, as the slurper drops them.
package groovy.util

import groovy.util.slurpersupport.NodeChild
import groovy.util.slurpersupport.XmlItem

class XmlSlurper {
    XmlSlurper() {}
    XmlSlurper(boolean validating, boolean namespaces) {}
    XmlSlurper(boolean validating, boolean namespaces, boolean doctype) {}

    void setFeature(String name, boolean on) {}

    void setKeepIgnorableWhitespace(boolean on) {}

    NodeChild parseText(String text) { new NodeChild(make(null, org.codehaus.groovy.runtime.LibrarySupport.xml(text)), null) }

    NodeChild parse(source) { parseText(source instanceof CharSequence ? new File(source.toString()).text : source.text) }

    private XmlItem make(XmlItem parent, List raw) {
        def name = raw[0].substring(raw[0].indexOf(':') + 1)
        def attributes = [:]
        for (e in raw[1].entrySet()) attributes.put(e.key.substring(e.key.indexOf(':') + 1), e.value)
        def item = new XmlItem(name, attributes, parent)
        for (child in raw[2]) item.kids.add(child instanceof List ? make(item, child) : child)
        item
    }
}
