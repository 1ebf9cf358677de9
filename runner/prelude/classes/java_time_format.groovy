// How long names of days and months are.
package java.time.format

enum TextStyle {
    FULL, SHORT, NARROW

    String of(String name) {
        def text = name.substring(0, 1) + name.substring(1).toLowerCase()
        this == FULL ? text : text.substring(0, this == SHORT ? 3 : 1)
    }
}
