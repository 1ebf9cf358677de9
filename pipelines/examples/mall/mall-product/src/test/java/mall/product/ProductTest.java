package mall.product;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

public class ProductTest {
    @Test
    public void priceHasTwoDecimals() {
        assertEquals("19.99", new Product(1, "茶杯", 1999, 1).price());
        assertEquals("0.05", new Product(1, "糖", 5, 1).price());
    }

    @Test
    public void jsonEscapesTheName() {
        assertEquals("{\"id\":7,\"name\":\"a\\\"b\\\\c\",\"price\":1.00,\"stock\":2}",
                new Product(7, "a\"b\\c", 100, 2).toJson());
    }

    @Test(expected = IllegalArgumentException.class)
    public void negativePriceIsRefused() {
        new Product(1, "茶杯", -1, 1);
    }

    @Test(expected = IllegalArgumentException.class)
    public void emptyNameIsRefused() {
        new Product(1, " ", 1, 1);
    }
}
