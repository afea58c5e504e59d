"""The report over several targets: results files in, one HTML page and a Markdown summary out.

`results` reads the records, `findings` puts failures of the same cause together, `model` says what
stands on the page, `page` and `markdown` write it. The page is `page.html` with `page.css` and
`page.js` inside; it loads nothing, so it can be kept, sent and opened anywhere.
"""
