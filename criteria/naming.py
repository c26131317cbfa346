"""What kinds of unit are called in the names of files. Plain Python, no Django."""

KINDS = {
    "province": "tinh",
    "department": "so-nganh",
    "district": "huyen",
    "commune": "xa",
    "central_agency": "co-quan-trung-uong",
    "public_service": "don-vi-su-nghiep",
}
"""Vietnamese in whatever language the page is read, in ASCII."""
